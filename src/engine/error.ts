/**
 * A problem found before the show that ends a command: one sentence saying what is wrong, where and what was expected,
 * and a hint saying what to do. The command line prints both and exits; nothing prints its stack.
 */
export class DoppelError extends Error {
  constructor(
    message: string,
    readonly hint = '',
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'DoppelError'
  }
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

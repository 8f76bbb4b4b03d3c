/** Puts off what is asked of a segmenter until its next step: messages come while a step waits for its model, and must not change what it works on. */
export interface BetweenSteps {
  later(change: () => void): void
  /** At the beginning of a step: makes the changes, in the order they were asked for. */
  run(): void
}

export const betweenSteps = (): BetweenSteps => {
  const changes: (() => void)[] = []
  return {
    later(change) { changes.push(change) },
    run() { for (const change of changes.splice(0)) change() },
  }
}

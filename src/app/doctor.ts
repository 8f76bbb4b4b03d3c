import { ensureDisplay } from '../native/display.js'
import { checks, type Check } from './checks.js'
import { probe } from './probes/probe.js'

export type { Check } from './checks.js'

/** Looks at everything a show needs on this machine. Every native is looked at in a process of its own, so none can end this one. */
export const doctor = async (): Promise<readonly Check[]> => {
  const display = await ensureDisplay().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  try {
    const [gl, windows, media, models] = await Promise.all([probe('gl'), probe('windows'), probe('media'), probe('models')])
    const findings = { display, gl, windows, media, models }
    return await Promise.all(checks.map(async (check) => check(findings)))
  } finally {
    if (!(display instanceof Error)) await display.close()
  }
}

const marks = { true: 'ok  ', warn: 'warn', false: 'FAIL' } as const

/** The checks as text, one line each, the hint below. */
export const formatChecks = (found: readonly Check[]): string => {
  const width = Math.max(...found.map(({ name }) => name.length))
  return found
    .flatMap(({ name, ok, detail, hint }) => [
      `${marks[`${ok}`]}  ${name.padEnd(width)}  ${detail}`,
      ...(hint ? [`${' '.repeat(width + 8)}${ok === true ? 'note' : 'do'}: ${hint}`] : []),
    ])
    .join('\n')
}

/** `doppel doctor`: prints the checks; gives exit code 1 when something is missing that `play` needs. */
export const runDoctor = async ({ json }: { readonly json: boolean }): Promise<number> => {
  const found = await doctor()
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : `${formatChecks(found)}\n`)
  return found.some(({ ok }) => ok === false) ? 1 : 0
}

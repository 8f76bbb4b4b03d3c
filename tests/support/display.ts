import { ensureDisplay } from '../../src/native/display.js'

/** Runs once before all tests: GL and windows need a display, and every test process inherits this one. */
export const setup = async (): Promise<() => Promise<void>> => {
  const display = await ensureDisplay()
  return () => display.close()
}

import { DoppelError } from '../engine/error.js'
import type { Gpu } from './types.js'

const HINTS: Readonly<Record<number, string>> = {
  0x505: 'graphics memory is full: try a smaller --size, or fewer layers and effects',
  0x507: 'the graphics driver restarted and took everything with it: start Doppel again',
}

/** Forgets errors other units left behind, so that nobody is blamed for them. */
export const forgetErrors = ({ gl }: Gpu): void => {
  for (let i = 0; i < 8 && gl.getError() !== gl.NO_ERROR; i++);
}

/** Throws a {@link DoppelError} when a call since the last check was refused. `doing` completes "the graphics driver refused to ...". */
export const checkErrors = ({ gl }: Gpu, doing: string): void => {
  const error = gl.getError()
  if (error !== gl.NO_ERROR) throw new DoppelError(`the graphics driver refused to ${doing} (GL error 0x${error.toString(16)})`, HINTS[error] ?? 'update the graphics driver; if it happens again, report it')
}

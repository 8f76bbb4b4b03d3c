import type { Program } from './program.js'
import type { Outline } from './subject/outline.js'
import type { Gpu } from './types.js'

/** What is drawn to. */
export interface Place {
  readonly framebuffer: WebGLFramebuffer
  readonly width: number
  readonly height: number
}

const WHOLE = [0, 0, 1, 1]

/**
 * Makes a way to draw with a program in use only where a subject is, of what is nothing anywhere else: in the box of its `outline`, and `room` pixels of the
 * place around it; everywhere while the outline is not known. `filled` are the pixels (x0, y0, x1, y1) outside of which the place is transparent
 * black already; it is kept up to date, and what it holds beyond the new box is cleared.
 */
export const createBoxDrawer = ({ gl }: Gpu) => {
  const inBox = (left: number, bottom: number, right: number, top: number, act: () => void) => {
    if (right <= left || top <= bottom) return
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor(left, bottom, right - left, top - bottom)
    act()
    gl.disable(gl.SCISSOR_TEST)
  }
  const wipe = () => {
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
  }
  let drawing: Program | undefined
  const drawBound = () => { drawing?.drawBound() }
  return (program: Program, outline: Outline | undefined, room: number, { framebuffer, width, height }: Place, filled: Int32Array): void => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
    gl.viewport(0, 0, width, height)
    const [oldLeft = 0, oldBottom = 0, oldRight = 0, oldTop = 0] = filled
    const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = outline?.box ?? WHOLE
    const empty = y1 === 0
    const left = (filled[0] = empty ? 0 : Math.max(0, Math.floor(x0 * width) - room))
    const bottom = (filled[1] = empty ? 0 : Math.max(0, Math.floor(y0 * height) - room))
    const right = (filled[2] = empty ? 0 : Math.min(width, Math.ceil(x1 * width) + room))
    const top = (filled[3] = empty ? 0 : Math.min(height, Math.ceil(y1 * height) + room))
    if (!outline) {
      program.drawBound()
      return
    }
    if (oldLeft < left || oldBottom < bottom || oldRight > right || oldTop > top) inBox(oldLeft, oldBottom, oldRight, oldTop, wipe)
    drawing = program
    inBox(left, bottom, right, top, drawBound)
  }
}

import { HEAD } from '../host-source.js'
import { createBoxDrawer } from '../in-box.js'
import { createOwned } from '../owned.js'
import { createProgram } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import type { Outline } from './outline.js'

/** How much of the picture its subject hides: the mask, and a little beyond its edge, for masks are not exact. */
export interface Hidden {
  /** Alpha: how much is hidden, as soft as its pixels, which are some of the canvas's; colour: the light there ({@link Light}) and a half. */
  readonly texture: WebGLTexture
  /** `outline` is the mask's, where it is known. */
  update(mask: Target, light: WebGLTexture, outline: Outline | undefined): void
  /** All of the picture is the subject. */
  fill(): void
  close(): void
}

/** So many heights beyond the mask. */
const BEYOND = 0.009
const GROW = `${HEAD}in vec2 hostUv;
uniform sampler2D mask;
uniform sampler2D light;
uniform vec2 beyond;
out vec4 hidden;
void main() {
  vec2 other = vec2(beyond.x, -beyond.y);
  hidden = vec4(texture(light, hostUv).rgb + 0.5, min(1.0, 4.0 * texture(mask, hostUv).r + texture(mask, hostUv + beyond).r + texture(mask, hostUv - beyond).r + texture(mask, hostUv + other).r + texture(mask, hostUv - other).r));
}
`

/** One pixel is `side` of the canvas's. Throws a {@link DoppelError} when memory is short. */
export const createHidden = (gpu: Gpu, { width, height, side }: { readonly width: number; readonly height: number; readonly side: number }): Hidden => {
  const { keep, all, close } = createOwned()
  const { grow, hidden } = all(() => ({
    grow: keep(createProgram(gpu, { fragment: GROW, file: 'what the subject hides' })),
    hidden: keep(createTarget(gpu, { width: Math.ceil(width / side), height: Math.ceil(height / side), format: 'rgba8' })),
  }))
  const drawInBox = createBoxDrawer(gpu)
  const filled = new Int32Array(4)
  const beyond = [(BEYOND * height) / width, BEYOND]
  const room = Math.ceil((BEYOND * height) / side) + 1
  return {
    texture: hidden.texture,
    update(mask, light, outline) {
      grow.use()
      grow.set('beyond', beyond)
      grow.texture('mask', mask.texture)
      grow.texture('light', light)
      drawInBox(grow, outline, room, hidden, filled)
    },
    fill() {
      clearTarget(gpu, hidden, 0.5, 0.5, 0.5, 1)
      filled.set([0, 0, hidden.width, hidden.height])
    },
    close,
  }
}

import { HEAD } from '../host-source.js'
import { createOwned } from '../owned.js'
import { createProgram, type Program } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'

/** What lies around the gaps of a picture, spread over them: for places of which nothing is known. */
export interface Fill {
  /** The filled picture, small and soft; alpha 1, or 0 everywhere while nothing is known at all. */
  readonly texture: WebGLTexture
  /** One step of the work: some ten of them make all of it. */
  step(): void
  /** All of it at once. */
  renew(): void
  /** Nothing is known any more. */
  reset(): void
  close(): void
}

export interface FillOptions {
  readonly picture: Target
  /** A cell of `side` pixels is known where its second channel is not 0. */
  readonly known: Target
  readonly side: number
}

const START = `${HEAD}in vec2 hostUv;
out vec4 filled;
`
/** The mean of what is known of 2x2 cells; alpha: how much that is. */
const GATHER = `${START}uniform sampler2D picture;
uniform sampler2D known;
uniform vec2 cell;
void main() {
  ivec2 first = ivec2(gl_FragCoord.xy) * 2;
  ivec2 last = textureSize(known, 0) - 1;
  vec4 sum = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    ivec2 at = min(first + ivec2(i & 1, i >> 1), last);
    if (texelFetch(known, at, 0).g > 0.0) sum += vec4(texture(picture, (vec2(at) + 0.5) * cell).rgb, 1.0);
  }
  filled = vec4(sum.rgb / max(sum.a, 1.0), 0.25 * sum.a);
}
`
const PULL = `${START}uniform sampler2D finer;
void main() {
  ivec2 first = ivec2(gl_FragCoord.xy) * 2;
  ivec2 last = textureSize(finer, 0) - 1;
  vec4 sum = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    vec4 one = texelFetch(finer, min(first + ivec2(i & 1, i >> 1), last), 0);
    sum += vec4(one.rgb * one.a, one.a);
  }
  filled = vec4(sum.rgb / max(sum.a, 0.001), min(1.0, sum.a));
}
`
const PUSH = `${START}uniform sampler2D own;
uniform sampler2D coarser;
void main() {
  vec4 mine = texelFetch(own, ivec2(gl_FragCoord.xy), 0);
  vec4 around = texture(coarser, hostUv);
  filled = vec4(mix(around.rgb, mine.rgb, around.a > 0.0 ? mine.a : 1.0), max(around.a, mine.a) > 0.0 ? 1.0 : 0.0);
}
`

/**
 * Spreads a picture's known cells over the others by an image pyramid (pull and push: Gortler et al., "The Lumigraph", SIGGRAPH 1996). Allocates
 * a third of a picture of half as many cells to a side. Throws a {@link DoppelError} when memory is short.
 */
export const createFill = (gpu: Gpu, { picture, known, side }: FillOptions): Fill => {
  const { keep, all, close } = createOwned()
  const { gather, pull, push, pulled, pushed } = all(() => {
    const program = (fragment: string) => keep(createProgram(gpu, { fragment, file: 'plate: what was never seen' }))
    const target = (width: number, height: number) => keep(createTarget(gpu, { width, height, format: 'rgba8' }))
    const sizes = [[Math.ceil(known.width / 2), Math.ceil(known.height / 2)]] as [number, number][]
    for (let [w, h] = sizes[0] ?? [1, 1]; w > 1 || h > 1;) {
      w = Math.ceil(w / 2)
      h = Math.ceil(h / 2)
      sizes.push([w, h])
    }
    return { gather: program(GATHER), pull: program(PULL), push: program(PUSH), pulled: sizes.map(([w, h]) => target(w, h)), pushed: sizes.map(([w, h]) => target(w, h)) }
  })
  const cell = [side / picture.width, side / picture.height]
  const levels = pulled.length
  const draw = (program: Program, to: Target | undefined, textures: Readonly<Record<string, Target | undefined>>) => {
    if (!to) return
    program.use()
    for (const name in textures) {
      const texture = textures[name]?.texture
      if (texture) program.texture(name, texture)
    }
    program.draw(to)
  }
  const inputs = {
    gather: { picture, known },
    pull: pulled.map((_, level) => ({ finer: pulled[level - 1] })),
    // The coarsest has nothing around it but itself.
    push: pulled.map((own, level) => ({ own, coarser: pushed[level + 1] ?? own })),
  }
  let at = 0
  const step = () => {
    if (at === 0) {
      gather.use()
      gather.set('cell', cell)
      draw(gather, pulled[0], inputs.gather)
    } else if (at < levels) {
      draw(pull, pulled[at], inputs.pull[at] ?? {})
    } else {
      const level = 2 * levels - 1 - at
      draw(push, pushed[level], inputs.push[level] ?? {})
    }
    at = (at + 1) % (2 * levels)
  }
  const [shown] = pushed
  return {
    texture: (shown ?? picture).texture,
    step,
    renew() {
      at = 0
      for (let i = 2 * levels; i > 0; i--) step()
    },
    reset() {
      at = 0
      if (shown) clearTarget(gpu, shown)
    },
    close,
  }
}

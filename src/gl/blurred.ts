import { BLUR_LOOK, BLUR_SIZES, HEAD } from './host-source.js'
import { createProgram, type Program } from './program.js'
import { createTarget } from './target.js'
import type { Gpu, Target } from './types.js'
import { createOwned } from './owned.js'

/**
 * A picture in ever smaller and softer sizes, for wide blurs of a few looks a pixel (an image pyramid: Burt and Adelson,
 * 1983). Size `k` has a 2^k-th of the canvas's width and height. Odd sizes share one texture and even ones another, so that
 * each is drawn from the one before, and any two neighbours can be mixed in two plain looks.
 */
export interface Blurred {
  /** Where to draw what is to be blurred: the half size. */
  readonly half: { readonly framebuffer: WebGLFramebuffer; readonly width: number; readonly height: number }
  /** Takes a picture of the canvas's size as what is to be blurred, in place of drawing to `half`. */
  take(source: WebGLTexture): void
  /** Makes the smaller sizes from the half size. */
  spread(): void
  /** Where to draw what an effect makes of the blur. */
  readonly settled: Target
  /** Gives a program in use what `blurredAt` reads. */
  apply(program: Program): void
  close(): void
}

/** The short side of the smallest size is about this, pixels: softer is hardly a picture. */
const SMALLEST = 5

/** Corner and extent of a size in its texture, pixels. */
interface Place { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** In either texture the largest size stands left, and the smaller ones beside it, one above the other. Counted from 0, which stays empty: that is the canvas. */
const placesFor = (width: number, height: number): readonly Place[] => {
  const count = Math.min(BLUR_SIZES, Math.max(2, Math.floor(Math.log2(Math.min(width, height) / SMALLEST))))
  const places: Place[] = [{ x: 0, y: 0, width: 0, height: 0 }]
  for (let k = 1; k <= count; k++) {
    const size = { width: Math.ceil(width / 2 ** k), height: Math.ceil(height / 2 ** k) }
    const before = places[k - 2]
    if (k <= 2 || !before) places.push({ x: 0, y: 0, ...size })
    else places.push({ x: before.x || before.width, y: before.x ? before.y + before.height : 0, ...size })
  }
  return places
}

const extentOf = (places: readonly Place[]) => ({
  width: Math.max(...places.map(({ x, width }) => x + width)),
  height: Math.max(...places.map(({ y, height }) => y + height)),
})

/** The half size: each of its pixels lies between four of the canvas, and is their mean. */
const HALVE = `${HEAD}in vec2 hostUv;
uniform sampler2D source;
out vec4 halved;
void main() { halved = texture(source, hostUv); }
`

/** Every size after it: four looks, each between four pixels, are the mean of all sixteen around. */
const SOFTEN = `${HEAD}in vec2 hostUv;
uniform sampler2D larger;
uniform vec4 place;
uniform vec2 margin;
uniform vec2 texel;
out vec4 softened;
${BLUR_LOOK}void main() {
  vec2 other = vec2(texel.x, -texel.y);
  softened = 0.25 * (hostBlurLook(larger, place, margin, hostUv + texel) + hostBlurLook(larger, place, margin, hostUv - texel)
    + hostBlurLook(larger, place, margin, hostUv + other) + hostBlurLook(larger, place, margin, hostUv - other));
}
`

/** Makes it for one canvas, and never allocates again; every effect that reads it fills it anew. Throws a {@link DoppelError} when memory is short. */
export const createBlurred = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Blurred => {
  const { gl } = gpu
  const { keep, close, all: build } = createOwned()
  const places = placesFor(width, height)
  const { textures: [even, odd], settled, halve, soften } = build(() => {
    const textureOf = (remainder: number): Target => keep(createTarget(gpu, { ...extentOf(places.filter((_, k) => k % 2 === remainder)), format: 'rgba8' }))
    return {
      textures: [textureOf(0), textureOf(1)] as const,
      settled: keep(createTarget(gpu, { width: Math.ceil(width / 2), height: Math.ceil(height / 2), format: 'rgba8' })),
      halve: keep(createProgram(gpu, { fragment: HALVE, file: 'blurred: the half size' })),
      soften: keep(createProgram(gpu, { fragment: SOFTEN, file: 'blurred' })),
    }
  })
  const marginOf = (texture: Target) => [0.5 / texture.width, 0.5 / texture.height]
  const sizes = places.map((place, k) => {
    const texture = k % 2 === 0 ? even : odd
    return {
      ...place,
      texture,
      margin: marginOf(texture),
      texel: [1 / place.width, 1 / place.height],
      uniform: [place.x / texture.width, place.y / texture.height, place.width / texture.width, place.height / texture.height],
    }
  })
  const all = sizes.flatMap(({ uniform }) => uniform)
  // A hair less than the last, so that there is one above whatever is asked for.
  const largest = 2 ** (sizes.length - 1) * 0.9999
  const margins = [...marginOf(even), ...marginOf(odd)]
  const half = { framebuffer: odd.framebuffer, width: places[1]?.width ?? 1, height: places[1]?.height ?? 1 }
  return {
    half,
    settled,
    take(source) {
      halve.use()
      halve.texture('source', source)
      halve.draw(half)
    },
    spread() {
      soften.use()
      for (let k = 2; k < sizes.length; k++) {
        const larger = sizes[k - 1]
        const size = sizes[k]
        if (!larger || !size) return
        soften.set('place', larger.uniform)
        soften.set('margin', larger.margin)
        soften.set('texel', larger.texel)
        soften.texture('larger', larger.texture.texture)
        gl.bindFramebuffer(gl.FRAMEBUFFER, size.texture.framebuffer)
        gl.viewport(size.x, size.y, size.width, size.height)
        soften.drawBound()
      }
    },
    apply(program) {
      program.texture('hostBlurOdd', odd.texture)
      program.texture('hostBlurEven', even.texture)
      program.texture('hostSettled', settled.texture)
      program.set('hostBlurPlaces', all)
      program.set('hostBlurMargins', margins)
      program.set('hostBlurLargest', largest)
    },
    close,
  }
}

import { DoppelError } from '../../engine/error.js'
import type { IsfPass, IsfProgram, IsfRange, IsfSize } from '../../engine/isf.js'
import { createOwned } from '../owned.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'

/** Of all of a shader's buffers together: sixteen of a 4K picture. */
const MOST_PIXELS = 16 * 3840 * 2160
const MOST_SIDE = 8192

/** A target's textures: one is read, another drawn. */
export interface Buffer {
  readonly name: string
  /** Size now, pixels; its textures are as large as it may ever become. */
  width: number
  height: number
  readonly fullWidth: number
  readonly fullHeight: number
  /** What is read; undefined while there is nothing in it. */
  readonly read: WebGLTexture | undefined
  readonly into: Target
  /** What was drawn into it is what is read from now on. */
  swap(): void
}

export interface Buffers {
  readonly all: ReadonlyMap<string, Buffer>
  /** Of the last pass, where it draws no target and yet cannot draw the picture at once. */
  readonly own: Target | undefined
  /** Once a tick. Drawing the same tick twice begins with the same pictures. */
  begin(frame: number): void
  /** The next tick begins with empty buffers. */
  forget(): void
  close(): void
}

export interface BuffersOptions {
  readonly file: string
  readonly width: number
  readonly height: number
  /** The last pass's picture needs a buffer of its own. */
  readonly own: boolean
  /** What an input may come to, and what it is now. */
  readonly between: (name: string) => IsfRange
  readonly now: (name: string) => number
}

/** Whether a target has another size when an input changes. */
export const isPartial = ({ width, height }: IsfPass): boolean => [width, height].some((size) => (size?.uses.length ?? 0) > 0)

/** Takes the memory of all targets. Throws a {@link DoppelError} when that is too much. */
export const createBuffers = (gpu: Gpu, { passes }: IsfProgram, { file, width, height, own, between, now }: BuffersOptions): Buffers => {
  const { keep, all: kept, close } = createOwned()
  const canvas: Readonly<Record<string, number>> = { WIDTH: width, HEIGHT: height }
  const known = (name: string) => canvas[name] ?? now(name)
  const range = (name: string): IsfRange => {
    const size = canvas[name]
    return size === undefined ? between(name) : [size, size]
  }
  const most = Math.min(MOST_SIDE, gpu.gl.getParameter(gpu.gl.MAX_TEXTURE_SIZE) as number)
  const fullest = (size: IsfSize | undefined, otherwise: number) => Math.min(most, size?.most(range) ?? otherwise)
  const targets = [...new Set(passes.flatMap(({ target }) => target ?? []))].map((name) => {
    const writers = passes.filter(({ target }) => target === name)
    const [first] = writers
    const persistent = writers.some((pass) => pass.persistent)
    // One is read and one drawn; drawn more than once a tick, the one the tick began with must remain.
    const count = persistent ? Math.min(writers.length, 2) + 1 : Math.min(writers.length, 2)
    return {
      name, persistent, count, pass: first,
      format: writers.some((pass) => pass.float) ? 'rgba16f' as const : 'rgba8' as const,
      fullWidth: fullest(first?.width, width), fullHeight: fullest(first?.height, height),
    }
  })
  const pixels = targets.reduce((sum, { count, fullWidth, fullHeight }) => sum + count * fullWidth * fullHeight, 0)
  if (pixels > MOST_PIXELS) throw new DoppelError(`${file}: its PASSES take ${Math.round(pixels / 1e6)} million pixels at ${width}x${height}, of which ${Math.round(MOST_PIXELS / 1e6)} million are the most`, 'give the passes a smaller WIDTH and HEIGHT, or the canvas a smaller --size')

  let drawn: number | undefined
  let stale = false
  const made = kept(() => targets.map(({ name, persistent, count, pass, format, fullWidth, fullHeight }) => {
    const textures = Array.from({ length: count }, () => keep(createTarget(gpu, { width: fullWidth, height: fullHeight, format })))
    /** Which was drawn last, and which the tick began with; none before anything was drawn. */
    let newest = -1
    let began = -1
    const next = () => Math.max(0, textures.findIndex((_, i) => i !== newest && i !== began))
    const buffer: Buffer = {
      name, fullWidth, fullHeight, width: fullWidth, height: fullHeight,
      get read() { return textures[newest]?.texture },
      get into() {
        const target = textures[next()]
        if (!target) throw new RangeError('a buffer has a texture at least')
        return target
      },
      swap() { newest = next() },
    }
    return {
      buffer,
      begin(again: boolean) {
        if (stale) {
          for (const texture of textures) clearTarget(gpu, texture)
          newest = began = -1
        }
        if (!persistent) newest = -1
        else if (again) newest = began
        else began = newest
        buffer.width = Math.min(fullWidth, pass?.width?.at(known) ?? width)
        buffer.height = Math.min(fullHeight, pass?.height?.at(known) ?? height)
      },
    }
  }))
  const ownTarget = own ? kept(() => keep(createTarget(gpu, { width, height, format: 'rgba8' }))) : undefined
  return {
    all: new Map(made.map(({ buffer }) => [buffer.name, buffer])),
    own: ownTarget,
    begin(frame) {
      const again = drawn === frame
      drawn = frame
      for (const { begin } of made) begin(again)
      stale = false
    },
    forget() { stale = drawn !== undefined },
    close,
  }
}

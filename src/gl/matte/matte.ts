import { createDistanceField } from '../subject/distance.js'
import { createLayers } from '../subject/layers.js'
import { createProgram } from '../program.js'
import { createTarget, setSampling } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { APPLY, CLOSE, FIT, MEAN, PREPARE, REMEMBER, SHAPE } from './matte-source.js'
import type { Matte } from './types.js'
import { createOwned } from '../owned.js'

export interface MatteOptions {
  /** The canvas, pixels. */
  readonly width: number
  readonly height: number
  /** Most subjects. */
  readonly most: number
}

/** Canvas pixels to a side of each of the grid's, on which masks are fitted to the picture. */
const CELL = 4
/** Below this the edge is left as soft as the fit made it, picture heights. */
const LEAST_SHAPE = 0.0005
/** Most cells a closing reaches. */
const MOST_REACH = 8

interface Small { readonly texture: WebGLTexture; readonly width: number; readonly height: number }

/**
 * Makes the matte: masks are steadied and closed on a grid a quarter of the canvas in size, fitted to the picture there (a guided filter)
 * and applied to it at full size. Allocates here, and once more for masks of another size; throws a {@link DoppelError} when
 * memory is short.
 */
export const createMatte = (gpu: Gpu, { width, height, most }: MatteOptions): Matte => {
  const { gl } = gpu
  const { keep, all, close } = createOwned()
  const build = () => {
    const [w, h] = [Math.max(1, Math.ceil(width / CELL)), Math.max(1, Math.ceil(height / CELL))]
    const grid = (format: 'rgba8' | 'rgba16f') => keep(createTarget(gpu, { width: w, height: h, format }))
    const program = (name: string, fragment: string) => keep(createProgram(gpu, { fragment, file: `matte: ${name}` }))
    return {
      grids: [grid('rgba8'), grid('rgba8')] as const,
      line: grid('rgba16f'),
      mean: grid('rgba16f'),
      before: keep(createLayers(gpu, { width: w, height: h, count: most, format: 'R8', purpose: 'masks of before' })),
      layers: keep(createLayers(gpu, { width, height, count: most, format: 'R8', purpose: 'live masks' })),
      plain: keep(createTarget(gpu, { width, height, format: 'r8' })),
      field: keep(createDistanceField(gpu, { width, height })),
      prepare: program('prepare', PREPARE), closing: program('close', CLOSE), remember: program('remember', REMEMBER),
      fit: program('fit', FIT), average: program('mean', MEAN), apply: program('apply', APPLY), shape: program('shape', SHAPE),
    }
  }
  const built = all(build)
  const { grids, line, mean, before, layers, plain, field, prepare, closing, remember, fit, average, apply, shape } = built

  let small: Small | undefined
  const smallFor = (w: number, h: number): Small => {
    if (small?.width === w && small.height === h) return small
    if (small) gl.deleteTexture(small.texture)
    const texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, w, h)
    setSampling(gpu, gl.TEXTURE_2D, 'linear')
    return (small = { texture, width: w, height: h })
  }
  const canvas = [width, height]
  const [across, up] = [[1, 0], [0, 1]] as const
  let count = 0
  let seq = 0
  let serial = Number.NaN
  let fresh = true
  /** What the distance field looks at. */
  const chosen = { chosen: plain, seq: 0 }

  const closeHoles = (holes: number): Target => {
    const reach = Math.min(MOST_REACH, Math.round((holes * height) / CELL))
    let [from, to]: [Target, Target] = [grids[0], grids[1]]
    if (reach === 0) return from
    closing.use()
    closing.set('reach', reach)
    for (const sign of [1, -1]) for (const along of [across, up]) {
      closing.set('sign_', sign)
      closing.set('along', along)
      closing.texture('both', from.texture)
      closing.draw(to)
      ;[from, to] = [to, from]
    }
    return from
  }
  const through = (program: typeof fit, name: string, from: Target, to: Target) => {
    program.use()
    program.texture(name, from.texture)
    program.draw(to)
  }

  return {
    layers: layers.texture,
    get count() { return count },
    get seq() { return seq },
    take(masks, mapping, colour, look) {
      if (masks.serial === serial) return
      serial = masks.serial
      seq += 1
      count = 0
      const { texture } = smallFor(masks.width, masks.height)
      const shaping = look.feather > LEAST_SHAPE || Math.abs(look.choke) > LEAST_SHAPE
      for (let i = 0; i < most; i++) {
        if ((masks.confidence[i] ?? 0) <= 0) {
          layers.wipe(i)
          before.wipe(i)
          continue
        }
        count = i + 1
        gl.activeTexture(gl.TEXTURE0)
        gl.bindTexture(gl.TEXTURE_2D, texture)
        gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, masks.width, masks.height, gl.RED, gl.UNSIGNED_BYTE, masks.plane(i))
        prepare.use()
        prepare.texture('colour', colour.texture)
        prepare.texture('mask', texture)
        prepare.texture('before', before.texture)
        prepare.set('layer', i)
        prepare.set('steady', fresh ? 0 : look.steady)
        prepare.set('toX', mapping.toX)
        prepare.set('toY', mapping.toY)
        prepare.set('canvas', canvas)
        prepare.draw(grids[0])
        const both = closeHoles(look.holes)
        before.aim(i)
        remember.use()
        remember.texture('both', both.texture)
        remember.draw(before)
        through(fit, 'both', both, line)
        through(average, 'line', line, mean)
        apply.use()
        apply.texture('colour', colour.texture)
        apply.texture('both', both.texture)
        apply.texture('line', mean.texture)
        apply.set('guide', look.guide)
        if (!shaping) layers.aim(i)
        apply.draw(shaping ? plain : layers)
        if (!shaping) continue
        chosen.seq += 1
        field.update(chosen)
        shape.use()
        shape.texture('field', field.texture)
        shape.set('choke', look.choke)
        shape.set('feather', Math.max(look.feather, 0.5 / height))
        layers.aim(i)
        shape.draw(layers)
      }
      fresh = false
    },
    reset() { fresh = true },
    close() {
      if (small) gl.deleteTexture(small.texture)
      small = undefined
      close()
    },
  }
}

import { expect } from 'vitest'
import { instantiate, type EffectDecl } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import type { Drawn, Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment } from '../gl/support.js'
import { closeDrawn, H, imageOf, playEffect, W } from './play.js'

export type Rgb = readonly [number, number, number]
export const BACK: Rgb = [30, 40, 50]
export const RED: Rgb = [220, 40, 30]

/** A subject where `on` says, in a world of one colour. */
export const subject = (gpu: Gpu, on: (x: number, y: number) => boolean, front: (x: number, y: number) => Rgb = () => RED, back: (x: number, y: number) => Rgb = () => BACK): Drawn => drawnOf(
  filledTarget(gpu, W, H, (x, y) => [...(on(x, y) ? front(x, y) : back(x, y)), 255]),
  filledMask(gpu, W, H, (x, y) => (on(x, y) ? 255 : 0)),
)
export const disc = (r: number) => (x: number, y: number) => Math.hypot(x + 0.5 - 64, y + 0.5 - 36) < r

/** The picture after ticks 0 to `last`, as a function of the pixel counted from the top left. */
export const play = (gpu: Gpu, decl: EffectDecl, values: Record<string, ParamValue>, last: number, picture: (n: number) => Drawn, subjects = 0) => {
  const { chain, faults } = playEffect(gpu, decl, values, { subjects })
  let data = new Uint8Array()
  for (let n = 0; n <= last; n++) {
    const drawn = picture(n)
    const out = chain.run(drawn, moment(n))
    if (n === last) data = new Uint8Array(imageOf(gpu, out).data)
    closeDrawn(drawn)
  }
  expect(faults).toEqual([])
  chain.close()
  return (x: number, y = 36) => [...data.subarray((y * W + x) * 4, (y * W + x) * 4 + 3)]
}
export const close = (a: readonly number[], b: readonly number[], by: number) => { expect(Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? 0)))), `${a.join()} is not ${b.join()}`).toBeLessThanOrEqual(by) }

export interface Piece { readonly x: number; readonly y: number; readonly scale: number; readonly extra: number; readonly middle?: readonly [number, number] }
/** What a clone effect arranges at a beat, for a subject that fills the box from 0.6, 0.2 to 1.2, 0.8. */
export const arranged = (decl: EffectDecl, values: Record<string, ParamValue>, beat: number): Piece[] => {
  const pieces: Piece[] = []
  const crop = [0.6, 0.2, 1.2, 0.8] as const
  const subject = { present: 1, area: 0.1, centroid: Float32Array.of(0.5, 0.5), box: Float32Array.of(0.34, 0.2, 0.68, 0.8), axis: Float32Array.of(0, 1), velocity: Float32Array.of(0, 0) }
  decl.clones?.arrange({
    get count() { return pieces.length },
    add: (x, y, scale, _scaleY, _angle, _ago, _opacity, extra) => { pieces.push({ x, y, scale, extra }) },
    addPiece: (x, y, scale, _scaleY, _angle, _ago, _opacity, extra, left, bottom, right, top) => {
      pieces.push({ x, y, scale, extra, middle: [crop[0] + (0.6 * (left + right)) / 2, crop[1] + (0.6 * (bottom + top)) / 2] })
    },
  }, {
    values: { ...instantiate(decl).values, ...values }, moment: moment(0, { beat }), subject, aspect: W / H,
    pathAt: (_, out) => { out.set([0.9, 0.5]) }, cropAt: (_, out) => { out.set(crop) },
  })
  return pieces
}

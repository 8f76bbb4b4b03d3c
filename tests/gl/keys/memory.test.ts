import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import { createKey } from '../../../src/gl/keys/key.js'
import type { Gpu } from '../../../src/gl/types.js'
import { overlap, playSequence } from '../../support/sequence.js'
import { describeWithTestdata } from '../../support/testdata.js'
import { filledTarget, moment, pixelsOf } from '../support.js'
import { disc, inside, maskOf, noise, using, type Paint } from './support.js'

const SIZE = [320, 180] as const
const [W, H] = SIZE
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const most = (mask: Uint8Array) => mask.reduce((a, b) => Math.max(a, b), 0)
const stage: Paint = (x, y) => [80 + (x & 63), 90 + (y & 31), 110, 255]

describe('the difference key', () => {
  const subject = disc(150, 90, 45)
  const grainy = (n: number, what: Paint): Paint => (x, y) => what(x, y).map((v, c) => (c === 3 ? v : Math.round(v + 12 * noise(x, y, c, n))))
  const withSubject: Paint = (x, y) => (subject(x, y) ? [200, 60, 40, 255] : stage(x, y))

  it.each([30, 60])('learns the plate in half a second of %i noisy pictures a second, and shows nothing meanwhile', (fps) => {
    using(gpu, SIZE, 'difference', {}, (show) => {
      const learning = fps / 2
      let shown = show(grainy(0, stage), 0)
      for (let n = 1; n < learning; n++) {
        shown = show(grainy(n, stage), n / fps)
        if (n === 1) expect(most(maskOf(gpu, shown))).toBe(0)
      }
      // The last picture of the half second is learnt, the next is keyed.
      expect(most(maskOf(gpu, shown))).toBe(0)
      const mask = maskOf(gpu, show(grainy(99, withSubject), learning / fps))
      expect(overlap(mask, inside(W, H, subject))).toBeGreaterThan(0.985)
    })
  })

  it('forgives a shadow as far as it is told to', () => {
    const shadow = (shadows: number) => using(gpu, SIZE, 'difference', { shadows }, (show) => {
      for (let n = 0; n <= 15; n++) show(stage, n / 30)
      return most(maskOf(gpu, show((x, y) => (subject(x, y) ? stage(x, y).map((v, c) => (c === 3 ? v : v * 0.6)) : stage(x, y)), 0.6)))
    })
    expect(shadow(0)).toBe(255)
    expect(shadow(0.9)).toBeLessThan(8)
  })

  it('learns anew when told, even while the picture stands still, and after a reset', () => {
    const values: Record<string, number> = { learn: 0 }
    using(gpu, SIZE, 'difference', values, (show, key) => {
      for (let n = 0; n < 16; n++) show(stage, n / 30)
      expect(overlap(maskOf(gpu, show(withSubject, 1)), inside(W, H, subject))).toBeGreaterThan(0.99)
      const still = filledTarget(gpu, W, H, withSubject)
      key.draw(still, 500, moment(0, { time: 1.1 }))
      values['learn'] = 1
      expect(most(maskOf(gpu, key.draw(still, 500, moment(0, { time: 1.2 }))))).toBe(0)
      // Half a second later what stands there is the plate, and taking it away is the difference.
      expect(most(maskOf(gpu, key.draw(still, 501, moment(0, { time: 1.75 }))))).toBe(0)
      expect(overlap(maskOf(gpu, show(stage, 1.8)), inside(W, H, subject))).toBeGreaterThan(0.99)
      key.reset()
      for (let n = 0; n < 16; n++) show(stage, 2 + n / 30)
      expect(most(maskOf(gpu, show(stage, 3)))).toBe(0)
      still.close()
    })
  })

  it('follows a light that fades where the subject is not, if it may, and never learns the subject', () => {
    // Over ten seconds the stage brightens by 0.2, which is more than counts as a difference.
    const after = (adapt: number) => using(gpu, SIZE, 'difference', { adapt }, (show) => {
      for (let n = 0; n < 8; n++) show(stage, n / 15)
      let mask: Uint8Array = new Uint8Array()
      for (let n = 0; n < 100; n++) mask = maskOf(gpu, show((x, y) => (subject(x, y) ? [220, 40, 30, 255] : stage(x, y).map((v, c) => (c === 3 ? v : Math.round(v + n / 2)))), 0.6 + n / 10))
      return overlap(mask, inside(W, H, subject))
    })
    expect(after(0)).toBeLessThan(0.5)
    expect(after(1)).toBeGreaterThan(0.97)
  })
})

describe('the motion key', () => {
  const still: Paint = () => [60, 60, 60, 255]
  const shape = disc(160, 90, 40)
  const jumped: Paint = (x, y) => (shape(x, y) ? [200, 200, 200, 255] : [60, 60, 60, 255])
  const truth = inside(W, H, shape)

  it.each([24, 30, 60, 120])('shows a change for its hold and decay, at %i pictures a second alike', (fps) => {
    using(gpu, SIZE, 'motion', { hold: 1, decay: 1 }, (show) => {
      for (let n = 0; n < 4; n++) expect(most(maskOf(gpu, show(still, n / fps)))).toBe(0)
      const began = 4 / fps
      const levels: { readonly t: number; readonly level: number }[] = []
      for (let n = 0; n <= 2.5 * fps; n++) {
        const mask = maskOf(gpu, show(jumped, began + n / fps))
        if (n === 0) expect(overlap(mask, truth)).toBeGreaterThan(0.93)
        levels.push({ t: n / fps, level: (mask[90 * W + 160] ?? 0) / 255 })
      }
      const last = (above: number) => levels.findLast(({ level }) => level >= above)?.t ?? 0
      // The step of 0.55 is followed in 0.06 s; it counts down to 0.09, after 0.06 ln(0.55 / 0.09) = 0.11 s.
      expect(Math.abs(last(0.99) - 1.11)).toBeLessThan(0.06 + 1 / fps)
      expect(Math.abs(last(0.5) - 1.61)).toBeLessThan(0.06 + 1 / fps)
      expect(Math.abs(last(0.02) - 2.09)).toBeLessThan(0.06 + 1 / fps)
    })
  })

  it('without hold and decay shows what moves now only, and a picture that stands still does not move', () => {
    using(gpu, SIZE, 'motion', { hold: 0, decay: 0 }, (show) => {
      for (let n = 0; n < 3; n++) show(still, n / 30)
      expect(overlap(maskOf(gpu, show(jumped, 0.1)), truth)).toBeGreaterThan(0.93)
      let mask: Uint8Array = new Uint8Array()
      for (let n = 0; n < 30; n++) mask = maskOf(gpu, show(jumped, 0.2 + n / 30))
      expect(most(mask)).toBe(0)
    })
  })

  it('begins anew after a reset: what is new then has not moved', () => {
    using(gpu, SIZE, 'motion', {}, (show, key) => {
      for (let n = 0; n < 3; n++) show(still, n / 30)
      key.reset()
      expect(most(maskOf(gpu, show(jumped, 0.2)))).toBe(0)
    })
  })
})

describeWithTestdata('keys with a memory on real clips', (path) => {
  const size = { width: 854, height: 480 }
  const everything = (data: Uint8Array) => overlap(new Uint8Array(data.length).fill(255), data)

  it('the difference key finds the swan on a plate without it, and beats chance while the camera follows the swan', async () => {
    const key = createKey(gpu, { ...size, kind: 'difference', values: {} })
    const scores: number[] = []
    let chance = 0
    await playSequence(gpu, path('testdata'), 'blackswan', ({ n, drawn, truth }) => {
      if (n === 0) {
        // The swan painted out, each row from what is left and right of it.
        const pixels = pixelsOf(gpu, drawn.colour)
        const plate = filledTarget(gpu, size.width, size.height, (x, y) => {
          const row = truth.data.subarray(y * size.width, (y + 1) * size.width)
          const [left, right] = [row.indexOf(255), row.lastIndexOf(255)]
          const from = left < 0 || x < left - 3 || x > right + 3 ? x : x - left < right - x ? Math.max(0, left - 4) : Math.min(size.width - 1, right + 4)
          const at = ((size.height - 1 - y) * size.width + from) * 4
          return [...pixels.subarray(at, at + 4)]
        })
        for (let i = 0; i < 12; i++) key.draw(plate, i - 100, moment(0, { time: i / 24 }))
        plate.close()
        chance = everything(truth.data)
      }
      scores.push(overlap(maskOf(gpu, key.draw(drawn.colour, drawn.seq, moment(0, { time: 0.5 + n / 24 }))), truth.data))
    }, 8)
    key.close()
    expect(scores[0]).toBeGreaterThan(0.7)
    expect(Math.min(...scores)).toBeGreaterThan(chance * 1.5)
  })

  it('the motion key is drawn to the dancer more than to the crowd behind her, though the camera moves', async () => {
    const key = createKey(gpu, { ...size, kind: 'motion', values: { threshold: 0.18, hold: 0.05, decay: 0.1 } })
    let [within, without, pictures] = [0, 0, 0]
    await playSequence(gpu, path('testdata'), 'dance-twirl', ({ n, drawn, truth }) => {
      const mask = maskOf(gpu, key.draw(drawn.colour, drawn.seq, moment(0, { time: n / 24 })))
      if (n < 4) return
      const [sums, counts] = [[0, 0], [0, 0]]
      for (let i = 0; i < mask.length; i++) {
        const side = truth.data[i] ? 0 : 1
        sums[side] = (sums[side] ?? 0) + (mask[i] ?? 0) / 255
        counts[side] = (counts[side] ?? 0) + 1
      }
      within += (sums[0] ?? 0) / Math.max(1, counts[0] ?? 0)
      without += (sums[1] ?? 0) / Math.max(1, counts[1] ?? 0)
      pictures += 1
    }, 14)
    key.close()
    expect(within / pictures).toBeGreaterThan(0.15)
    expect(within).toBeGreaterThan(1.5 * without)
  })
})

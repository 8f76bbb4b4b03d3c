import { createHistory } from '../src/gl/history.js'
import type { Bench, Row } from './bench.js'
import { openEasel } from './easel.js'
import { collectGarbage } from './measure.js'

const SIZE = [1280, 720] as const
const LAYERS = 128
const TICK_SECONDS = 1 / 60
const MB = 1e6

/** The longest history there is: bounded, and gone when it is closed. */
export const ring128: Bench = {
  name: 'ring128',
  about: 'memory of a history of 128 cut-outs of 960x540, as a GPU would hold it and as this process does where the CPU draws',
  async run({ quick }) {
    const easel = openEasel(SIZE)
    const { gpu, picture, moment } = easel
    const [width, height] = SIZE
    const resident = () => {
      gpu.gl.finish()
      collectGarbage()
      return process.memoryUsage().rss
    }
    const open = () => createHistory(gpu, { width, height, seconds: (LAYERS - 1) * TICK_SECONDS, tickSeconds: TICK_SECONDS })
    const capture = (history: ReturnType<typeof open>, ticks: number, from = 0) => {
      for (let n = from; n < from + ticks; n++) {
        const { colour, mask } = picture(n)
        if (mask) history.capture(colour.texture, mask.texture, { ...moment(n), dt: TICK_SECONDS })
        gpu.gl.finish()
      }
    }
    /** The show goes on: until something else is drawn, drivers hold on to what was drawn last. */
    const drawOn = () => { easel.cost(() => {}, 8, 0) }
    // What the driver keeps for itself, it keeps from the first one.
    const first = open()
    capture(first, 2)
    first.close()
    drawOn()
    const before = resident()
    const history = open()
    capture(history, LAYERS)
    const full = resident()
    capture(history, (quick ? 2 : 6) * LAYERS, LAYERS)
    const later = resident()
    const { bytes } = history
    history.close()
    drawOn()
    const after = resident()
    const software = gpu.info.software
    easel.close()
    const held = (metric: string, value: number, most: number): Row => ({
      metric, value: software ? value / MB : null, unit: 'MB', target: { op: '<=', value: most }, ...(!software && { note: 'the graphics card holds it, where it cannot be counted from here' }),
    })
    return Promise.resolve([
      { metric: 'the ring', value: bytes / MB, unit: 'MB', target: { op: '<=', value: 270 } },
      held('this process with the ring full, more than before', full - before, 280),
      held(`${(quick ? 2 : 6) * LAYERS} captures later, more than when it was full`, later - full, 4),
      held('this process when it is closed, more than before', after - before, 8),
    ])
  },
}

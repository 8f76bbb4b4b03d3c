import { setImmediate as turn } from 'node:timers/promises'
import { openGpu } from '../src/gl/context.js'
import type { Bench, Row } from './bench.js'
import type { Hand } from './control-hand.js'
import { JACK_FRAMES, onStand } from './control-rig.js'
import { FADER, PLACES, sharedNow } from './control-sender.js'
import { PERIOD_MS, type Stand } from './control-stand.js'
import { median, quantile } from './measure.js'

/** Of the way to the picture only the way is measured: drawing this takes next to nothing, and a heavier picture adds what it takes itself. */
const LIGHT = { generator: 'testcard', size: [64, 36] } as const
/** Bright or dark, and nothing between. */
const DARK = 2

interface Delays {
  readonly delays: readonly number[]
  readonly drawn: readonly number[]
  /** Until this process had it; of MIDI. */
  readonly heard: readonly number[]
}

/** Milliseconds from sending a fader's move to the picture it changed, read back; and those that the ticks took. */
const delaysOf = async (stand: Stand, hand: Hand, count: number): Promise<Delays> => {
  const delays: number[] = []
  const drawn: number[] = []
  const heard: number[] = []
  let heardAt = Number.NaN
  const deaf = stand.desk.midi?.listen(() => { heardAt = sharedNow() })
  let bright = true
  let asked = false
  let sentAt = Number.NaN
  await stand.ticks(count, async (_n, ms) => {
    drawn.push(ms)
    if (asked) {
      if ((await stand.brightness()) > DARK !== bright) return
      const seenAt = sharedNow()
      // The picture may be here before the word of when it was sent is.
      while (Number.isNaN(sentAt)) await turn()
      delays.push(seenAt - sentAt)
      if (!Number.isNaN(heardAt)) heard.push(heardAt - sentAt)
      heardAt = Number.NaN
    }
    asked = true
    bright = !bright
    sentAt = Number.NaN
    // Anywhere within the period to come, as hands do.
    sentAt = await hand.fader(bright ? PLACES - 1 : 0, Math.random() * PERIOD_MS)
  })
  deaf?.()
  stand.param(FADER.osc).set(1)
  return { delays, drawn, heard }
}

const delayRows = (what: string, { delays, drawn, heard }: Delays): Row[] => [
  { metric: `${what} to its picture read back, p50`, value: median(delays), unit: 'ms' },
  { metric: `${what} to its picture read back, p95`, value: quantile(delays, 0.95), unit: 'ms', target: { op: '<=', value: Math.round(10 * (PERIOD_MS + 2)) / 10 } },
  { metric: `${what}: of that the tick itself, p95`, value: quantile(drawn, 0.95), unit: 'ms' },
  ...(heard.length > 0 ? [{ metric: `${what}: of that until it was here, p95`, value: quantile(heard, 0.95), unit: 'ms' }] : []),
]

/** From a message of another process to the picture it changed. */
export const control: Bench = {
  name: 'control',
  about: 'a message from another process (OSC over UDP, MIDI over JACK) to the picture it changes, at 60 ticks a second',
  async run({ quick, say }) {
    // For so small a picture, waking software GL's own threads takes longer than drawing; other drivers do not know the word.
    process.env.LP_NUM_THREADS ??= '0'
    const gpu = openGpu()
    try {
      const count = quick ? 240 : 1800
      return await onStand(gpu, LIGHT, say, async (stand, { packets, midi }) => [
        ...delayRows('packet', await delaysOf(stand, packets, count)),
        ...(typeof midi === 'string'
          ? [{ metric: 'MIDI message to its picture read back, p95', value: null, unit: 'ms', note: midi }]
          : delayRows(`MIDI message (JACK, ${JACK_FRAMES} frames)`, await delaysOf(stand, midi, count))),
      ])
    } finally {
      gpu.close()
    }
  },
}

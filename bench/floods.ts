import { setImmediate as turn } from 'node:timers/promises'
import { openGpu } from '../src/gl/context.js'
import type { Bench, Row } from './bench.js'
import type { Hand } from './control-hand.js'
import { onStand } from './control-rig.js'
import { FADER, PLACES, TRIGGER } from './control-sender.js'
import { FPS, type Stand } from './control-stand.js'
import { median, medianRatio, quantile, takeTurns } from './measure.js'

/** Messages a second. */
const FLOODS = { udp: 10_000, midi: 3000 } as const
const FLOOD_SECONDS = 10

interface Run { readonly p95: number; readonly desk: number; readonly lost: number; readonly stale: number; readonly perSecond: number }

/** The tick, quiet or under a flood: and whether every trigger came, and the fader stands where it was put last. */
const runOf = async (stand: Stand, flood: { readonly hand: Hand; readonly perSecond: number } | undefined, seconds: number): Promise<Run> => {
  const [fader, reset] = [stand.param(FADER.osc), stand.param(TRIGGER.osc)]
  // As a flood leaves it: a whole picture is not faded, which would make the quiet tick the cheaper one.
  fader.set(0.75)
  const before = Number(reset.value)
  const spent: number[] = []
  const desk: number[] = []
  flood?.hand.flood(flood.perSecond)
  const began = performance.now()
  await stand.ticks(Math.round(seconds * FPS), (n, ms, deskMs) => {
    if (n <= FPS / 2) return
    spent.push(ms)
    desk.push(deskMs)
  })
  const [p95, own] = [quantile(spent, 0.95), quantile(desk, 0.95)]
  if (!flood) return { p95, desk: own, lost: 0, stale: 0, perSecond: 0 }
  const { sent, fired, last } = await flood.hand.end()
  const perSecond = (1000 * sent) / (performance.now() - began)
  const lost = () => fired - (Number(reset.value) - before)
  const isNewest = () => Math.abs(Number(fader.value) - last / (PLACES - 1)) < 1e-6
  // What is still on its way.
  for (const end = performance.now() + 2000; performance.now() < end && (lost() > 0 || !isNewest());) {
    await turn()
    stand.drain()
  }
  const ended = { p95, desk: own, lost: lost(), stale: isNewest() ? 0 : 1, perSecond }
  fader.set(1)
  return ended
}

const floodRows = (what: string, quiet: readonly Run[], flooded: readonly Run[]): Row[] => {
  const p95 = (runs: readonly Run[]) => runs.map((run) => run.p95)
  return [
    { metric: `tick p95, ${what} a second / none`, value: medianRatio(p95(flooded), p95(quiet)), unit: 'x', target: { op: '<=', value: 1.1 } },
    { metric: `${what}: the desk's part of the tick, p95`, value: median(flooded.map(({ desk }) => desk)), unit: 'ms' },
    { metric: `${what} a second, sent`, value: median(flooded.map(({ perSecond }) => perSecond)), unit: '/s' },
    { metric: `${what}: triggers lost`, value: Math.max(...flooded.map(({ lost }) => lost)), unit: '', target: { op: '==', value: 0 } },
    { metric: `${what}: the newest value did not win`, value: Math.max(...flooded.map(({ stale }) => stale)), unit: 'runs', target: { op: '==', value: 0 } },
  ]
}

/** What floods of messages cost the tick, and whether any that counts is lost. */
export const floods: Bench = {
  name: 'floods',
  about: 'the tick under floods of messages from another process (OSC over UDP, MIDI over JACK), at 60 ticks a second',
  async run({ quick, say }) {
    const gpu = openGpu()
    try {
      return await onStand(gpu, { generator: 'dancer', size: [320, 180] }, say, async (stand, { packets, midi }) => {
        const run = (flood?: { readonly hand: Hand; readonly perSecond: number }) => () => runOf(stand, flood, quick ? 2 : FLOOD_SECONDS)
        const [quiet = [], osc = [], notes = []] = await takeTurns(quick ? 1 : 3, run(), run({ hand: packets, perSecond: FLOODS.udp }), ...(typeof midi === 'string' ? [] : [run({ hand: midi, perSecond: FLOODS.midi })]))
        return [
          { metric: 'tick p95, quiet', value: median(quiet.map(({ p95 }) => p95)), unit: 'ms' },
          { metric: 'the desk\'s part of it', value: median(quiet.map(({ desk }) => desk)), unit: 'ms' },
          ...floodRows('10,000 OSC messages', quiet, osc),
          ...(typeof midi === 'string' ? [{ metric: 'tick p95, 3,000 MIDI messages a second / none', value: null, unit: 'x', note: midi }] : floodRows('3,000 MIDI messages', quiet, notes)),
        ]
      })
    } finally {
      gpu.close()
    }
  },
}

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openGpu } from '../src/gl/context.js'
import type { Bench, Row } from './bench.js'
import { startHand, type Hand } from './control-hand.js'
import { FADER, PLACES, sharedNow, TRIGGER } from './control-sender.js'
import { FPS, openStand, PERIOD_MS, type Stand } from './control-stand.js'
import { startJackd, type Jackd } from './jackd.js'
import { median, medianRatio, quantile, takeTurns } from './measure.js'

/** Messages a second of a flood. */
const FLOODS = { udp: 10_000, midi: 3000 } as const
const FLOOD_SECONDS = 10
/** JACK's period: what its users play live with. A message waits for the next one at each end. */
const JACK_FRAMES = 64
const DEVICE = 'Doppel Bench'
/** A build of the MIDI package that speaks JACK, made by set-up. Sources and compiled files lie one folder apart. */
const JACK_PACKAGE = fileURLToPath(new URL('../../.setup/midi-jack', import.meta.url))
/** Of the way to the picture only the way is measured: drawing this takes next to nothing, and a heavier picture adds what it takes itself. */
const LIGHT = { generator: 'testcard', size: [64, 36] } as const
const SHOW = { generator: 'dancer', size: [320, 180] } as const
/** Bright or dark, and nothing between. */
const DARK = 2

interface Jack { readonly server: Jackd; readonly hand: Hand }

/** A JACK server with a controller on it, which this process is then to hear; or why there is none. */
const openJack = async (): Promise<Jack | string> => {
  if (!existsSync(`${JACK_PACKAGE}/build/Release/midi.node`)) return 'the MIDI binding for JACK is not built here: npm run setup'
  if (spawnSync('jackd', ['--version'], { stdio: 'ignore' }).status !== 0) return 'there is no jackd here: sudo apt install jackd2'
  let server: Jackd | undefined
  try {
    server = await startJackd('bench', JACK_FRAMES)
    Object.assign(process.env, { JACK_DEFAULT_SERVER: server.name, JACK_NO_START_SERVER: '1', DOPPEL_MIDI: JACK_PACKAGE })
    return { server, hand: await startHand({ kind: 'midi', name: DEVICE, package: JACK_PACKAGE }, server.env) }
  } catch (thrown) {
    await server?.close()
    return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''
  }
}

interface Delays {
  readonly delays: readonly number[]
  readonly drawn: readonly number[]
  /** Until this process had it; of MIDI. */
  readonly heard: readonly number[]
}

/** Whether the controller is plugged in and heard; it may take a look or two. */
const isHeard = async (stand: Stand): Promise<boolean> => {
  const connected = () => stand.desk.midi?.devices.some((device) => device.connected) === true
  for (const end = performance.now() + 5000; performance.now() < end && !connected();) {
    stand.desk.midi?.scan()
    await pause(100)
  }
  return connected()
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
const delayRows = (what: string, { delays, drawn, heard }: Delays): Row[] => [
  { metric: `${what} to its picture read back, p50`, value: median(delays), unit: 'ms' },
  { metric: `${what} to its picture read back, p95`, value: quantile(delays, 0.95), unit: 'ms', target: { op: '<=', value: Math.round(10 * (PERIOD_MS + 2)) / 10 } },
  { metric: `${what}: of that the tick itself, p95`, value: quantile(drawn, 0.95), unit: 'ms' },
  ...(heard.length > 0 ? [{ metric: `${what}: of that until it was here, p95`, value: quantile(heard, 0.95), unit: 'ms' }] : []),
]

/** From a message of another process to the picture it changed, and what floods of them cost the tick. */
export const control: Bench = {
  name: 'control',
  about: 'a message from another process (OSC over UDP, MIDI over JACK) to the picture it changes, at 60 ticks a second; the tick under floods of them',
  async run({ quick, say }) {
    const jack = await openJack()
    const missing = typeof jack === 'string' ? jack : undefined
    if (missing !== undefined) say(`no MIDI: ${missing}`)
    const midi = typeof jack === 'string' ? undefined : jack
    const gpu = openGpu()
    const rows: Row[] = []
    /** With a show on its desk, and a hand that sends packets to it. */
    const on = async (what: typeof LIGHT | typeof SHOW, visit: (stand: Stand, packets: Hand) => Promise<void>) => {
      const stand = await openStand(gpu, { ...what, midi: midi && DEVICE })
      let packets: Hand | undefined
      try {
        packets = await startHand({ kind: 'udp', port: stand.desk.osc?.port ?? 0 })
        await visit(stand, packets)
      } finally {
        await packets?.close()
        await stand.close()
      }
    }
    try {
      await on(LIGHT, async (stand, packets) => {
        const count = quick ? 240 : 1800
        say('message to picture')
        rows.push(...delayRows('packet', await delaysOf(stand, packets, count)))
        if (midi && (await isHeard(stand))) rows.push(...delayRows(`MIDI message (JACK, ${JACK_FRAMES} frames)`, await delaysOf(stand, midi.hand, count)))
        else rows.push({ metric: 'MIDI message to its picture read back, p95', value: null, unit: 'ms', note: missing ?? 'the controller was not found' })
      })
      await on(SHOW, async (stand, packets) => {
        say('the tick, quiet and flooded')
        const plays = midi && (await isHeard(stand)) ? midi : undefined
        const run = (flood?: { readonly hand: Hand; readonly perSecond: number }) => () => runOf(stand, flood, quick ? 2 : FLOOD_SECONDS)
        const [quiet = [], osc = [], notes = []] = await takeTurns(quick ? 1 : 3, run(), run({ hand: packets, perSecond: FLOODS.udp }), ...(plays ? [run({ hand: plays.hand, perSecond: FLOODS.midi })] : []))
        rows.push({ metric: 'tick p95, quiet', value: median(quiet.map(({ p95 }) => p95)), unit: 'ms' }, { metric: 'the desk\'s part of it', value: median(quiet.map(({ desk }) => desk)), unit: 'ms' }, ...floodRows('10,000 OSC messages', quiet, osc))
        if (plays) rows.push(...floodRows('3,000 MIDI messages', quiet, notes))
        else rows.push({ metric: 'tick p95, 3,000 MIDI messages a second / none', value: null, unit: 'x', note: missing ?? 'the controller was not found' })
      })
      return rows
    } finally {
      await midi?.hand.close()
      await midi?.server.close()
      gpu.close()
    }
  },
}

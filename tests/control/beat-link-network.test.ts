import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { startTalker, twoComputers, until, whyNoComputers, type Talker } from '../support/namespaces.js'

const root = resolve(import.meta.dirname, '../..')
const built = existsSync(join(root, '.setup/link/node_modules/@ktamas77/abletonlink/build/built-here'))
const why = built ? whyNoComputers() : 'the package is not installed (npm run setup -- --link)'
if (why !== undefined) console.warn(`SKIPPED "Ableton Link between two computers": ${why}.`)

/** What either side says of itself: `beat` is where in the bar it is, at `ms` of the one clock that both computers share. */
interface Said { readonly ms: number; readonly bpm: number; readonly beat: number; readonly peers: number; readonly following?: boolean; readonly faults?: number }

/** Doppel's beat as a show keeps it, ticked at 60 Hz: compiled, in a process of its own, as it has to run on one of the computers. */
const DOPPEL = `
  import { createBeatClock, openLink } from ${JSON.stringify(join(root, 'dist/src/control/beat/index.js'))}
  const now = () => performance.now()
  const link = await openLink(Number(process.argv[1]), 4, now)
  const clock = createBeatClock({ bpm: Number(process.argv[1]), now })
  let faults = 0
  link.fault$.subscribe(() => { faults++ })
  clock.attach('link', link.follower, 'bars')
  clock.source = 'link'
  setInterval(() => {
    clock.update()
    const ms = Number(process.hrtime.bigint()) / 1e6
    console.log(JSON.stringify({ ms, bpm: clock.bpm, beat: ((clock.beatAt(now()) % 4) + 4) % 4, peers: link.peers, following: clock.following, faults }))
  }, 16)
  process.stdin.on('data', (text) => { if (String(text).startsWith('tap')) clock.tap() })
  process.stdin.on('end', () => { link.close(); process.exit(0) })`

/** The package that Doppel uses, without Doppel. */
const PACKAGE = `
  import { createRequire } from 'node:module'
  const { AbletonLink } = createRequire(${JSON.stringify(join(root, '.setup/link/x'))})('@ktamas77/abletonlink')
  const link = new AbletonLink(Number(process.argv[1]))
  link.enable(true)
  setInterval(() => console.log(JSON.stringify({ ms: Number(process.hrtime.bigint()) / 1e6, bpm: link.getTempo(), beat: link.getPhase(4), peers: link.getNumPeers() })), 20)
  process.stdin.on('data', (text) => {
    const [what, value] = String(text).trim().split(' ')
    if (what === 'tempo') link.setTempo(Number(value))
    else link.forceBeatAtTime(0, Number(process.hrtime.bigint()) / 1e3, 4)
  })
  process.stdin.on('end', () => { link.enable(false); process.exit(0) })`

const node = (script: string, bpm: number) => [process.execPath, '--input-type=module', '-e', script, String(bpm)]

/** Ableton's own code, compiled here; undefined where its headers are not. */
const folder = mkdtempSync(join(tmpdir(), 'doppel-link-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
const abletons = (): string | undefined => {
  if (why !== undefined || !existsSync('/usr/include/ableton/Link.hpp')) return undefined
  const program = join(folder, 'peer')
  const { status, stderr } = spawnSync('g++', ['-std=c++14', '-w', '-DLINK_PLATFORM_LINUX=1', '-o', program, join(import.meta.dirname, 'link-peer.cpp'), '-pthread'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`link-peer.cpp does not compile: ${stderr}`)
  return program
}
const peer = abletons()
if (why === undefined && peer === undefined) console.warn('SKIPPED "Ableton Link with Ableton\'s own code": its headers are missing (Debian and Ubuntu: apt install ableton-link-dev).')

describe.skipIf(why !== undefined)('Ableton Link between two computers', () => {
  const ending: (() => unknown)[] = []
  afterEach(async () => { for (const end of ending.splice(0).reverse()) await end() })
  const started = (command: readonly string[]): Talker<Said> => {
    const talker = startTalker<Said>(command)
    ending.push(() => talker.end())
    return talker
  }

  /** How far apart the two are in the bar, ms; the later of the two sayings counts as now. */
  const apart = (one: Said, other: Said): number => {
    const beats = one.beat - other.beat - ((one.ms - other.ms) * other.bpm) / 60_000
    return ((beats - 4 * Math.round(beats / 4)) * 60_000) / other.bpm
  }

  /** Of two sessions the one that has been there for longer, by half a second at least, is the one that both go on with. */
  const settled = async (talker: Talker<Said>) => {
    await until('it speaks', () => talker.last !== undefined)
    const begin = talker.last?.ms ?? 0
    await until('it has been there for a while', () => (talker.last?.ms ?? 0) > begin + 1000)
  }

  it.each([
    ['The same package', (bpm: number) => node(PACKAGE, bpm)],
    ...(peer === undefined ? [] : [['Ableton\'s own code', (bpm: number) => [peer, String(bpm)]] as const]),
  ] as const)('%s is found, and followed in tempo and bar', async (who, command) => {
    const net = twoComputers('link')
    ending.push(net.close)
    const other = started(net.on(1, ...command(131)))
    await settled(other)
    const doppel = started(net.on(0, ...node(DOPPEL, 100)))
    const both = () => [doppel.last, other.last] as [Said, Said]
    const measured: number[] = []
    /** The middle of half a second of sayings: a process may be held up between looking at the time and at the beat. */
    const inStep = async () => {
      const seen: number[] = []
      const off = () => Math.abs(apart(...both()))
      await until('the bars agree', () => off() < 1)
      for (let last = -1; seen.length < 30;) {
        await until('it says more', () => doppel.last?.ms !== last)
        last = doppel.last?.ms ?? 0
        seen.push(off())
      }
      measured.push(seen.sort((a, b) => a - b)[15] ?? Infinity)
      expect(measured.at(-1)).toBeLessThan(5)
    }
    // Who comes second takes over the tempo of who was there.
    await until('they find each other', () => doppel.last?.peers === 1 && other.last?.peers === 1)
    await until('the tempo is taken over', () => Math.abs((doppel.last?.bpm ?? 0) - 131) < 0.01)
    expect([doppel.last?.following, Math.abs((other.last?.bpm ?? 0) - 131) < 0.01]).toEqual([true, true])
    await inStep()

    const asked = performance.now()
    other.tell('tempo 97.5')
    await until('the new tempo is followed', () => Math.abs((doppel.last?.bpm ?? 0) - 97.5) < 0.01, 2000)
    const took = performance.now() - asked
    await inStep()

    // Another beat is the first of the bar from now on: beats alone would not tell.
    await until('the middle of a bar', () => { const beat = other.last?.beat ?? 0; return beat > 1.6 && beat < 2.4 })
    other.tell('one')
    await until('the bars differ', () => Math.abs(apart(...both())) > 50, 2000)
    await inStep()

    // Tapping is Doppel's own affair.
    for (let taps = 0, next = 0; taps < 4; taps++, next = performance.now() + 400) {
      await until('the next tap', () => performance.now() >= next)
      doppel.tell('tap')
    }
    await until('the tapped tempo', () => Math.abs((doppel.last?.bpm ?? 0) - 150) < 10, 2000)
    expect([doppel.last?.following, Math.round((other.last?.bpm ?? 0) * 10)]).toEqual([false, 975])
    expect(doppel.last?.faults).toBe(0)
    console.info(`${who}: tempo followed after ${took.toFixed(0)} ms; bars apart ${measured.map((ms) => ms.toFixed(2)).join(', ')} ms`)
  })

  it('a peer that vanishes leaves the beat running, and is followed again when it is back', async () => {
    const net = twoComputers('link-lost')
    ending.push(net.close)
    const command = (bpm: number) => (peer === undefined ? node(PACKAGE, bpm) : [peer, String(bpm)])
    const other = started(net.on(1, ...command(120)))
    await settled(other)
    const doppel = started(net.on(0, ...node(DOPPEL, 90)))
    await until('it is followed', () => doppel.last?.following === true && Math.abs(doppel.last.bpm - 120) < 0.01)
    const end = performance.now()
    await other.end()
    await until('it is missed', () => doppel.last?.peers === 0)
    const { ms, beat } = doppel.last as Said
    expect(performance.now() - end).toBeLessThan(10_000)
    await until('a beat later', () => (doppel.last?.ms ?? 0) > ms + 500)
    const later = doppel.last as Said
    const ran = (((later.beat - beat) % 4) + 4) % 4
    expect([later.following, later.bpm, later.faults]).toEqual([false, 120, 0])
    expect(Math.abs((ran * 60_000) / 120 - (later.ms - ms))).toBeLessThan(2)
    const again = started(net.on(1, ...command(77)))
    await until('it speaks', () => again.last !== undefined)
    await until('it is followed again', () => doppel.last?.following === true && again.last?.peers === 1)
    // Now Doppel's session is the older one, and its tempo holds until somebody changes it.
    await until('it takes over the tempo', () => Math.abs((again.last?.bpm ?? 0) - 120) < 0.01)
    again.tell('tempo 88')
    await until('its tempo is followed', () => Math.abs((doppel.last?.bpm ?? 0) - 88) < 0.01)
    net.cable(false)
    await until('it is missed without the cable', () => doppel.last?.peers === 0)
    expect([doppel.last?.following, doppel.last?.bpm.toFixed(1), doppel.last?.faults]).toEqual([false, '88.0', 0])
    net.cable(true)
    await until('it is followed with the cable', () => doppel.last?.following === true && again.last?.peers === 1)
    doppel.child.stdin?.end()
    await until('the others hear that Doppel left', () => again.last?.peers === 0)
    await until('Doppel ends by itself', () => doppel.child.exitCode !== null)
    expect(doppel.child.exitCode).toBe(0)
  })
})

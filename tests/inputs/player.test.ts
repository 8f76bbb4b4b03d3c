import { AV_PIX_FMT_GRAY8 } from 'node-av/constants'
import { afterEach, expect, it } from 'vitest'
import type { Wanted } from '../../src/inputs/clip-control.js'
import { createFramePool } from '../../src/inputs/held.js'
import { createLane } from '../../src/inputs/lane.js'
import { createPlayer } from '../../src/inputs/player.js'
import type { Reader } from '../../src/inputs/reader.js'

const FPS = 60
const FRAMES = 120
/** Packets that a decoder takes after a seek before its first picture. */
const DELAY = 5

const pool = createFramePool()
afterEach(() => { pool.close() })

/** A clip of two seconds whose decoder holds pictures back, as one with threads does. */
const slowReader = (readers: { steps: number }[]): Reader => {
  const seen = { steps: 0 }
  readers.push(seen)
  let next = 0
  let owed = DELAY
  const step: Reader['step'] = (into) => {
    seen.steps += 1
    if (owed > 0) {
      owed -= 1
      return 'later'
    }
    into.width = into.height = 16
    into.format = AV_PIX_FMT_GRAY8
    return next < FRAMES ? next++ / FPS : Number.NaN
  }
  return {
    facts: {
      codec: 'fake', width: 16, height: 16, hasAudio: false, fps: FPS, duration: FRAMES / FPS, frameSeconds: 1 / FPS, epsilon: 1e-4,
      look: { rotation: 0, pixelAspect: 1 },
    },
    hw: 'none',
    refusals: [],
    seek(seconds) {
      next = Math.round(seconds * FPS)
      owed = DELAY
    },
    step,
    next: () => { throw new Error('a player steps') },
    again: () => slowReader(readers),
    close() {},
  }
}

const wantedAt = (n: number, exact = false): Wanted => ({
  serial: n + 1, position: (n % FRAMES) / FPS, direction: 1, lap: Math.floor(n / FRAMES), generation: 0, stepping: 0, pace: 1, exact,
  aheadKind: 'jump', aheadSeconds: (FRAMES - (n % FRAMES)) / FPS, aheadPosition: 0,
})

it('has the first picture, and the decoder that loop points need, before the show', () => {
  const readers: { steps: number }[] = []
  const player = createPlayer({ reader: slowReader(readers), pool, loops: true, publish() {}, report() {}, createLane })
  expect(player.begin()?.time).toBe(0)
  expect(readers.length).toBe(2)
  player.close()
})

it('opens no second decoder for a clip that is not to loop, until it does', () => {
  const readers: { steps: number }[] = []
  const player = createPlayer({ reader: slowReader(readers), pool, loops: false, publish() {}, report() {}, createLane })
  player.begin()
  expect(readers.length).toBe(1)
  player.serve(wantedAt(0))
  while (player.prepare(wantedAt(0)));
  expect(readers.length).toBe(2)
  player.close()
})

it('loops with no picture missing, and gives the waiting decoder one packet a request while there is time', () => {
  const readers: { steps: number }[] = []
  const shown: number[] = []
  const player = createPlayer({ reader: slowReader(readers), pool, loops: true, publish: ({ time }) => shown.push(Math.round(time * FPS)), report() {}, createLane })
  player.begin()
  for (let n = 0; n < 2.5 * FRAMES; n++) {
    const wanted = wantedAt(n)
    const before = readers.map(({ steps }) => steps)
    expect(player.serve(wanted), `picture ${n} is there when it is asked for`).toBe(true)
    while (player.prepare(wanted));
    const taken = readers.map(({ steps }, i) => steps - (before[i] ?? 0))
    // The one that plays goes on by what was shown; the other by one. Filling up after the start is the first's alone.
    if (n > 10 && wanted.aheadSeconds > 0.5) expect(Math.max(...taken), `at picture ${n}`).toBeLessThanOrEqual(1)
  }
  expect(shown).toEqual(Array.from({ length: 2.5 * FRAMES }, (_, n) => n % FRAMES))
  player.close()
})

it('offline everything is decoded at once', () => {
  const readers: { steps: number }[] = []
  const player = createPlayer({ reader: slowReader(readers), pool, loops: true, publish() {}, report() {}, createLane })
  player.begin()
  const wanted = wantedAt(0, true)
  player.serve(wanted)
  while (player.prepare(wanted));
  expect(readers[1]?.steps).toBeGreaterThan(DELAY + 1)
  player.close()
})

import { createClock } from '../src/engine/clock.js'
import type { ClipSource, Tick } from '../src/engine/types.js'
import { openClip } from '../src/inputs/clip.js'
import type { Bench, Row } from './bench.js'
import { readNumber } from './clips.js'

const FPS = 60
const SECONDS = 2
const FRAMES = SECONDS * FPS

/** The number drawn into the newest picture; -1 before the first. */
const shown = (clip: ClipSource): number => {
  const picture = clip.latest()
  const luma = picture?.kind === 'frame' ? picture.planes[0] : undefined
  return picture?.kind === 'frame' && luma ? readNumber(luma.data, luma.stride, picture.width) : -1
}

/** Compares the numbers that were shown with those that were due, tick by tick. */
const compare = (name: string, numbers: readonly number[], due: readonly number[]): Row[] => {
  const missing = due.filter((number, i) => numbers[i] !== number && !numbers.slice(Math.max(0, i - 1), i + 3).includes(number)).length
  const repeated = numbers.filter((number, i) => i > 0 && number === numbers[i - 1] && due[i] !== due[i - 1]).length
  const wrong = numbers.filter((number, i) => number !== due[i]).length
  const none = { op: '==', value: 0 } as const
  return [
    { metric: `${name}: missing`, value: missing, unit: 'frames', target: none },
    { metric: `${name}: repeated`, value: repeated, unit: 'frames', target: none },
    { metric: `${name}: not the frame due`, value: wrong, unit: 'frames' },
  ]
}

const exactly = async (path: string, loops: number): Promise<Row[]> => {
  const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 0, now: () => performance.now() })
  const numbers: number[] = []
  for (let n = 0; n < loops * FRAMES; n++) {
    clip.advance({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
    await clip.settle()
    numbers.push(shown(clip))
  }
  await clip.close()
  return compare('exact', numbers, numbers.map((_, n) => n % FRAMES))
}

/** As a show plays it, on the clock; ticks that the clock had to skip are due no picture. */
const live = async (path: string, loops: number): Promise<Row[]> => {
  const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 1 / FPS, now: () => performance.now() })
  const numbers: number[] = []
  const due: number[] = []
  let skipped = 0
  await new Promise<void>((resolve) => {
    const ticks = createClock(FPS).subscribe((tick: Tick) => {
      clip.advance(tick)
      const number = shown(clip)
      // The first picture may take a few ticks to be decoded; what follows may not.
      if (number >= 0 && (numbers.length > 0 || number === tick.n % FRAMES)) {
        numbers.push(number)
        due.push(tick.n % FRAMES)
        skipped += numbers.length > 1 ? tick.skipped : 0
      }
      if (tick.n >= loops * FRAMES + 30) {
        ticks.unsubscribe()
        resolve()
      }
    })
  })
  await clip.close()
  return [...compare('on the clock', numbers, due), { metric: 'on the clock: ticks skipped', value: skipped, unit: 'ticks' }]
}

/** Three times round a numbered clip at speed 1. */
export const loop: Bench = {
  name: 'loop',
  about: 'a numbered 1080p60 clip looping three times at speed 1',
  async run({ quick, clips }) {
    const path = clips.clip(1920, 1080, FPS, SECONDS)
    const loops = quick ? 2 : 3
    return [...(await exactly(path, loops)), ...(await live(path, loops))]
  },
}

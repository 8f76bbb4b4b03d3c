import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { DoppelError } from '../engine/error.js'
import { readLabels } from '../inputs/labels.js'
import type { Provider } from '../masking/types.js'
import { evalMasks, type SequenceScore } from './eval.js'
import { makeMasks } from './mask.js'
import { planMasking, type Spot } from './masking-plan.js'

/** A clip and the folder of its true masks. */
export interface Sequence { readonly name: string; readonly clip: string; readonly truth: string }

export interface TrackScore extends SequenceScore {
  /** Milliseconds of the segmenter's steps. */
  readonly ms: { readonly p50: number; readonly p95: number }
  /** Frames in which each subject was held, by subject from 1. */
  readonly held: Readonly<Record<string, number>>
  readonly segmenter: string
}

export interface EvalTrackOptions {
  readonly segmenter: string
  /** What the first frame is given: its true masks, or one click at the middle of each. */
  readonly from: 'mask' | 'click'
  readonly provider: Provider
  /** Told of every sequence as it is done. */
  readonly done: (score: TrackScore) => void
}

/** Reads `CLIP:TRUTHDIR`. The last colon parts them: a clip may lie on a drive `C:`. */
const parse = (text: string): Sequence => {
  const colon = text.lastIndexOf(':')
  const [clip, truth] = [text.slice(0, colon), text.slice(colon + 1)]
  if (colon < 1 || !existsSync(clip) || !existsSync(truth)) throw new DoppelError(`"${text}" names no clip and no folder of masks`, 'give CLIP:TRUTHDIR, for example camel.mp4:Annotations/camel')
  return { name: basename(resolve(truth)), clip, truth }
}

/** The sequences of a folder that holds `<name>.mp4` and `Annotations/<name>/00000.png`, or a folder `testdata` that does. */
const inFolder = (folder: string): readonly Sequence[] => {
  const root = [folder, join(folder, 'testdata')].find((each) => existsSync(join(each, 'Annotations')))
  if (root === undefined) throw new DoppelError(`${folder} holds no Annotations`, 'set DOPPEL_TESTDATA to a folder with clips and Annotations, or give CLIP:TRUTHDIR')
  return readdirSync(join(root, 'Annotations')).sort().map((name) => ({ name, clip: join(root, `${name}.mp4`), truth: join(root, 'Annotations', name) }))
}

/** The sequences that are named, or those at `DOPPEL_TESTDATA`. Throws a {@link DoppelError} where there are none. */
export const sequencesOf = (named: readonly string[], env: NodeJS.ProcessEnv = process.env): readonly Sequence[] => {
  if (named.length > 0) return named.map(parse)
  const folder = env['DOPPEL_TESTDATA']
  if (!folder) throw new DoppelError('nothing says which sequences', 'give CLIP:TRUTHDIR, or set DOPPEL_TESTDATA')
  return inFolder(folder)
}

/** Pixels of each subject that lie nearest to its centre of gravity: where somebody would click. */
export const clicksAt = (labels: { readonly width: number; readonly height: number; readonly data: Uint8Array }): readonly Spot[] => {
  const { width, data } = labels
  const spots: Spot[] = []
  for (let subject = 1; subject <= 8; subject++) {
    let [count, sumX, sumY] = [0, 0, 0]
    data.forEach((label, i) => {
      if (label !== subject) return
      count += 1
      sumX += i % width
      sumY += Math.floor(i / width)
    })
    if (count === 0) continue
    let [best, nearest] = [0, Infinity]
    data.forEach((label, i) => {
      const apart = label === subject ? (i % width - sumX / count) ** 2 + (Math.floor(i / width) - sumY / count) ** 2 : Infinity
      if (apart < nearest) [best, nearest] = [i, apart]
    })
    spots.push({ x: best % width, y: Math.floor(best / width), subject: subject - 1 })
  }
  return spots
}

/** Runs a segmenter over sequences, as `doppel mask` would, and holds its masks against the true ones. Rejects with a {@link DoppelError}. */
export const evalTrack = async (sequences: readonly Sequence[], { segmenter, from, provider, done }: EvalTrackOptions): Promise<readonly TrackScore[]> => {
  const scores: TrackScore[] = []
  for (const { name, clip, truth } of sequences) {
    const masks = readdirSync(truth).filter((file) => /^\d+\.png$/i.test(file)).sort((a, b) => parseInt(a, 10) - parseInt(b, 10))
    const [first] = masks
    if (first === undefined || !existsSync(clip)) throw new DoppelError(`the sequence ${name} has no ${first === undefined ? `masks in ${truth}` : `clip ${clip}`}`, 'a sequence is a clip and a folder of 00000.png, 00001.png ...')
    const seed = join(truth, first)
    const plan = planMasking({ segmenter, provider, ...(from === 'mask' ? { firstMask: seed } : { click: clicksAt(readLabels(seed)) }) })
    if (!plan) continue
    const out = mkdtempSync(join(tmpdir(), 'doppel-eval-'))
    try {
      const stats = await makeMasks({ clip, plan, out, frames: masks.length, alpha: false, hw: 'auto', stats: undefined })
      const [score] = evalMasks(out, truth)
      if (!score) continue
      const scored: TrackScore = { ...score, name, ms: stats.step, held: stats.held, segmenter: stats.segmenter }
      scores.push(scored)
      done(scored)
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  }
  return scores
}

const row = (name: string, frames: string, values: readonly number[], ms: string) => `${name.padEnd(24)} ${frames.padStart(6)} ${values.map((value) => value.toFixed(3).padStart(7)).join(' ')} ${ms.padStart(7)}\n`
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

export const TRACK_HEAD = `${'sequence'.padEnd(24)} frames       J       F     J&F  ms p50\n`
export const trackAsText = ({ name, frames, j, f, jf, ms }: TrackScore): string => row(name, String(frames), [j, f, jf], ms.p50.toFixed(1))
export const trackMean = (scores: readonly TrackScore[]): string =>
  row('mean', '', [mean(scores.map(({ j }) => j)), mean(scores.map(({ f }) => f)), mean(scores.map(({ jf }) => jf))], mean(scores.map(({ ms }) => ms.p50)).toFixed(1))

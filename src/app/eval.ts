import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DoppelError } from '../engine/error.js'
import { readLabels, type Labels } from '../inputs/labels.js'
import { score } from '../masking/score.js'

/** How well a sequence's masks fit, by subject and all together. */
export interface SequenceScore { readonly name: string; readonly frames: number; readonly j: number; readonly f: number; readonly jf: number; readonly subjects: readonly { readonly subject: number; readonly j: number; readonly f: number }[] }

const pictures = (folder: string) => readdirSync(folder).filter((name) => /^\d+\.png$/i.test(name)).sort((a, b) => parseInt(a, 10) - parseInt(b, 10))

/** Sequences in a folder: folders of numbered PNGs, or the folder itself. */
const sequencesIn = (folder: string): readonly string[] => {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new DoppelError(`there is no folder ${folder}`, 'give folders of numbered PNGs (00000.png ...), or of such folders')
  if (pictures(folder).length > 0) return ['']
  const found = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory() && pictures(join(folder, name)).length > 0)
  if (found.length === 0) throw new DoppelError(`${folder} holds no masks`, 'give folders of numbered PNGs (00000.png ...), or of such folders')
  return found
}

const read = (file: string, like?: Labels): Labels => {
  try {
    return readLabels(file)
  } catch (thrown) {
    // A frame in which no subject is seen is a mask too.
    if (like && thrown instanceof DoppelError && thrown.message.includes('is empty')) return { width: like.width, height: like.height, data: new Uint8Array(like.width * like.height) }
    throw thrown
  }
}
const only = ({ width, height, data }: Labels, subject: number) => ({ width, height, data: Uint8Array.from(data, (label) => (label === subject ? 255 : 0)) })
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

const scoreSequence = (name: string, pred: string, truth: string): SequenceScore => {
  const files = pictures(truth)
  const first = read(join(truth, files[0] ?? ''))
  const subjects = [...new Set(first.data)].filter((label) => label > 0).sort((a, b) => a - b)
  // DAVIS leaves out the first frame, which is given, and the last.
  const judged = files.length > 2 ? files.slice(1, -1) : files
  const results = subjects.map((subject) => ({ subject, j: [] as number[], f: [] as number[] }))
  for (const file of judged) {
    const path = join(pred, file)
    if (!existsSync(path)) throw new DoppelError(`${pred} has no mask ${file}`, `${truth} has ${files.length} masks: make as many`)
    const right = read(join(truth, file), first)
    const ours = read(path, right)
    if (ours.width !== right.width || ours.height !== right.height) throw new DoppelError(`${path} is ${ours.width}x${ours.height}, and the truth ${right.width}x${right.height}`, 'masks must be of the source\'s size')
    for (const each of results) {
      const { j, f } = score(only(ours, each.subject), only(right, each.subject))
      each.j.push(j)
      each.f.push(f)
    }
  }
  const bySubject = results.map(({ subject, j, f }) => ({ subject, j: mean(j), f: mean(f) }))
  const [j, f] = [mean(bySubject.map((each) => each.j)), mean(bySubject.map((each) => each.f))]
  return { name, frames: judged.length, j, f, jf: (j + f) / 2, subjects: bySubject }
}

/** Compares folders of masks: region similarity J, boundary accuracy F and their mean, as DAVIS defines them. */
export const evalMasks = (pred: string, truth: string): readonly SequenceScore[] =>
  sequencesIn(truth).map((name) => scoreSequence(name || truth, join(pred, name), join(truth, name)))

export const evalAsText = (scores: readonly SequenceScore[]): string => {
  const row = (name: string, frames: string, ...values: readonly number[]) => `${name.padEnd(24)} ${frames.padStart(6)} ${values.map((value) => value.toFixed(3).padStart(7)).join(' ')}`
  return `${['sequence'.padEnd(24), 'frames', '      J', '      F', '    J&F'].join(' ')}\n${scores.map(({ name, frames, j, f, jf }) => row(name, String(frames), j, f, jf)).join('\n')}\n${scores.length > 1 ? `${row('mean', '', mean(scores.map(({ j }) => j)), mean(scores.map(({ f }) => f)), mean(scores.map(({ jf }) => jf)))}\n` : ''}`
}

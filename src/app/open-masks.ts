import { DoppelError } from '../engine/error.js'
import type { Faults } from '../engine/guard.js'
import type { Source } from '../engine/types.js'
import type { Gpu, ShaderText } from '../gl/types.js'
import { openMasker } from '../masking/masker.js'
import { checkedFiles, modelFor, modelsFolder } from '../masking/models/store.js'
import { MODELS } from '../masking/models/table.js'
import { segmenterById, SEGMENTERS } from '../masking/segmenters/index.js'
import type { Masker, Seed, SegmenterDecl, Size } from '../masking/types.js'
import { createLiveMasks } from './live-masks.js'
import { readLabels } from './labels.js'
import { placeSeed, type MaskingPlan } from './masking-plan.js'
import type { SourceMasks } from './pictures.js'
import { createSubjects, type Subjects } from './subjects.js'

export interface OpenMasksOptions {
  readonly gpu: Gpu
  readonly shaderText: ShaderText
  readonly faults: Faults
  /** Made while a show runs, which goes first; else the masks go as fast as they can. */
  readonly live?: boolean
}

export interface OpenMasks {
  readonly all: ReadonlyMap<string, SourceMasks>
  readonly maskers: readonly Masker[]
  close(): Promise<void>
}

/** Sources that can have their masks made live at the same time: each takes a worker and a model's memory. */
const MOST = 4

type Take = SegmenterDecl['takes'][number]

const wants = ({ seeds, firstMask }: MaskingPlan): Set<Take> => {
  const takes = new Set<Take>()
  if (seeds.some(({ clicks }) => clicks.length > 0)) takes.add('clicks')
  if (seeds.some(({ box }) => box)) takes.add('boxes')
  if (firstMask !== undefined) takes.add('masks')
  return takes
}
const WORDS: Readonly<Record<Take, string>> = { clicks: 'clicks', boxes: 'boxes', masks: 'a first mask' }

/** The segmenter a plan asks for, or the first in the table that has its model here and takes what the plan gives. */
export const chooseSegmenter = (plan: MaskingPlan): SegmenterDecl => {
  const wanted = wants(plan)
  const fits = ({ takes }: SegmenterDecl) => [...wanted].every((take) => takes.includes(take))
  const given = [...wanted].map((take) => WORDS[take]).join(' and ')
  if (plan.segmenter !== undefined) {
    const chosen = segmenterById(plan.segmenter)
    if (!fits(chosen)) throw new DoppelError(`${chosen.id} takes ${chosen.takes.map((take) => WORDS[take]).join(', ') || 'no seeds: it finds its subject by itself'}, and was given ${given}`, `take another --segmenter: ${SEGMENTERS.filter(fits).map(({ id }) => id).join(', ')}`)
    return chosen
  }
  const found = SEGMENTERS.find((decl) => fits(decl) && modelFor(decl.id))
  if (found) return found
  const ids = SEGMENTERS.filter(fits).map(({ id }) => id)
  throw new DoppelError(`no segmenter that takes ${given} has its model here`, `get one: npx doppel models pull ${MODELS.find(({ segmenter, files }) => ids.includes(segmenter) && files.every(({ url }) => url))?.id ?? MODELS[0]?.id ?? ''} (npx doppel models list shows all)`)
}

/** A mask worker with what it was told to follow. */
export interface PlannedMasker {
  readonly masker: Masker
  readonly subjects: Subjects
  readonly decl: SegmenterDecl
  /** It was told of nothing to follow yet, and finds nothing by itself. */
  readonly waits: boolean
}

/** Opens a segmenter's worker with its model, checked byte by byte, and seeds it. `size` is the upright picture. */
export const openPlannedMasker = async (id: string, plan: MaskingPlan, size: Size, live = false): Promise<PlannedMasker> => {
  const decl = chooseSegmenter(plan)
  const seeds = new Map<number, Seed>()
  const { width, height } = plan.places ?? size
  for (const seed of plan.seeds) seeds.set(seed.subject, placeSeed(seed, width, height))
  if (plan.firstMask !== undefined) {
    for (const [subject, mask] of readLabels(plan.firstMask)) seeds.set(subject, { clicks: [], ...seeds.get(subject), mask })
  }
  for (const subject of seeds.keys()) if (subject >= decl.most) throw new DoppelError(`${decl.id} keeps ${decl.most === 1 ? 'one subject' : `${decl.most} subjects`}, and subject ${subject + 1} was asked for`, '')
  const model = modelFor(decl.id)
  if (!model) {
    const known = MODELS.find(({ segmenter }) => segmenter === decl.id)
    throw new DoppelError(`the model of ${decl.id} is not in ${modelsFolder()}`, known?.how && known.files.some(({ url }) => !url) ? known.how : `run: npx doppel models pull ${known?.id ?? decl.id}`)
  }
  const masker = await openMasker({ id, segmenter: decl.id, files: await checkedFiles(model), source: size, provider: plan.provider, live })
  for (const [subject, seed] of seeds) masker.seed(subject, seed)
  const byItself = decl.takes.length === 0
  return { masker, decl, subjects: createSubjects({ masker, most: decl.most, byItself, seeds, takes: decl.takes }), waits: !byItself && seeds.size === 0 }
}

const sizeOf = (source: Source): Size => {
  if ('info' in source) {
    const { displayWidth: width, displayHeight: height } = (source as Source & { info: { displayWidth: number; displayHeight: number } }).info
    return { width, height }
  }
  const picture = source.latest()
  if (!picture) throw new DoppelError(`${source.id} gives no picture, so there is nothing to make masks of`, '')
  return picture
}

/** Opens the mask workers of a show's sources. When one cannot be opened, closes the others and rejects with its {@link DoppelError}. */
export const openMasks = async (planned: ReadonlyMap<string, MaskingPlan>, sources: ReadonlyMap<string, Source>, { gpu, shaderText, faults, live }: OpenMasksOptions): Promise<OpenMasks> => {
  // Keys need no worker.
  const plans = new Map([...planned].filter(([, { key }]) => !key))
  if (plans.size > MOST) throw new DoppelError(`${plans.size} sources want live masks: at most ${MOST} can have them at once`, 'make the masks of clips beforehand: npx doppel mask clip.mp4 --out masks')
  const all = new Map<string, SourceMasks>()
  const maskers: Masker[] = []
  const close = async () => {
    gpu.makeCurrent()
    for (const { live } of all.values()) live.close()
    all.clear()
    await Promise.all(maskers.splice(0).map((masker) => masker.close()))
  }
  try {
    for (const [id, plan] of plans) {
      const source = sources.get(id)
      if (!source) continue
      const { masker, subjects, decl, waits } = await openPlannedMasker(`masks of ${id}`, plan, sizeOf(source), live)
      masker.fault$.subscribe(faults.report)
      maskers.push(masker)
      all.set(id, { live: createLiveMasks(gpu, { masker, subjects, shaderText, faults }), subjects, look: plan.look, most: decl.most, waits })
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
  return { all, maskers, close }
}

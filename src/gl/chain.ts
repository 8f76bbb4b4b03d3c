import type { Moment, Reads } from '../engine/effect.js'
import { DoppelError, messageOf } from '../engine/error.js'
import { createBlurred } from './blurred.js'
import { createBoxes } from './boxes.js'
import { createClones } from './clones.js'
import type { Surroundings } from './dress.js'
import { forgetErrors } from './errors.js'
import { createFused, groupLocals, isLocal } from './fuse.js'
import { createHistory } from './history.js'
import { createIsfStage } from './isf/stage.js'
import { createJoined, groupJoined } from './join.js'
import { createOutlines, LIVE } from './outlines.js'
import { createSoundTextures } from './sound-textures.js'
import { createStage, type Stage } from './stage.js'
import { SUBJECT_GLSL } from './subject/glsl.js'
import { createSubjectWatch } from './subject/watch.js'
import { clearTarget, createTarget } from './target.js'
import type { Chain, ChainOptions, Drawn, Gpu, Target } from './types.js'
import { createOwned } from './owned.js'

const HISTORY_SECONDS = 2
const TICK_SECONDS = 1 / 60
/** Of before the show. */
const WARMING: Moment = { time: 0, dt: TICK_SECONDS, frame: -1, bpm: 120, beat: 0, seed: 0 }

/** Everything a chain draws with: programs compiled and textures allocated. */
const build = (gpu: Gpu, options: ChainOptions, keep: <T extends { close(): void }>(unit: T) => T) => {
  const { width, height, instances, shaderText, historySeconds = HISTORY_SECONDS, historyStride = 1, loopBeats, tickSeconds = TICK_SECONDS, subjects = 0, subject } = options
  const target = () => keep(createTarget(gpu, { width, height, format: 'rgba8' }))
  const white = keep(createTarget(gpu, { width: 1, height: 1, format: 'r8' }))
  clearTarget(gpu, white, 1)
  const outs = [target(), target()] as const
  const decls = instances.map(({ decl }) => decl)
  const reads = new Set<Reads>(decls.flatMap((decl) => [...decl.reads, ...(decl.clones?.behind === 'world' ? ['plate' as const] : [])]))
  const cloning = decls.some(({ clones }) => clones)
  // Where the copies' crops come from.
  if (cloning || options.watched) reads.add('subject')
  // A picture's own mask is used as it is; of several, or when one is chosen, the effects see what the watch makes of them.
  const several = subjects > 0 || subject !== undefined
  const watched = several || [...reads].some((read) => SUBJECT_GLSL[read] !== undefined)
  const watch = watched ? keep(createSubjectWatch(gpu, { width, height, reads, historySeconds, subjects, ...(loopBeats !== undefined && { loopBeats }) })) : undefined
  watch?.masks.choose(subject)
  const history = reads.has('history') ? keep(createHistory(gpu, { width, height, seconds: historySeconds, tickSeconds, stride: historyStride, seat: options.historySeat })) : undefined
  const blurred = reads.has('blurred') ? keep(createBlurred(gpu, { width, height })) : undefined
  const sound = reads.has('waveform') || reads.has('spectrum') ? keep(createSoundTextures(gpu)) : undefined
  const around: Surroundings = { size: [width, height], history, watch, blurred, sound, cutout: { of: undefined, is: undefined } }
  const copies = cloning && watch ? { ...around, watch, boxes: createBoxes(historySeconds, width / height), outlines: createOutlines(width, height), aside: target() } : undefined
  const apart = groupLocals(instances).flatMap((group): Stage[] => {
    const [first] = group
    if (!first) return []
    if (first.decl.isf) return [keep(createIsfStage(gpu, first, shaderText, around))]
    if (isLocal(first)) return [keep(createFused(gpu, group, shaderText, around))]
    if (first.decl.clones && copies) return [keep(createClones(gpu, first, first.decl.clones, shaderText, copies))]
    return [keep(createStage(gpu, first, outs, shaderText, around))]
  })
  const stages = groupJoined(apart).flatMap((parts) => (parts.length > 1 ? [keep(createJoined(gpu, parts, outs, shaderText, around))] : parts))
  return { white, outs, stages, history, watch, sound, boxes: copies?.boxes, outlines: copies?.outlines, cutout: around.cutout }
}

/**
 * Draws with every program once, one pixel of it, and forgets what came of it: graphics drivers do their own compiling at
 * the first draw, and the show is not to wait for that. Throws what the driver has to say.
 */
const warmUp = ({ gl, ...rest }: Gpu, { white, outs: [from, to], stages, history, watch, boxes }: ReturnType<typeof build>) => {
  const gpu = { gl, ...rest }
  forgetErrors(gpu)
  // Units that draw in a box of their own leave no box behind.
  const onePixel = () => {
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor(0, 0, 1, 1)
  }
  onePixel()
  try {
    const drawn: Drawn = { colour: from, mask: white, seq: -1 }
    watch?.update(drawn, WARMING, false)
    onePixel()
    boxes?.add(0, [0, 0, 1, 1])
    history?.capture(from.texture, white.texture, WARMING)
    for (const stage of stages) {
      onePixel()
      stage.warm(from, white.texture, to, WARMING)
    }
  } finally {
    gl.disable(gl.SCISSOR_TEST)
  }
  history?.reset()
  boxes?.reset()
  watch?.reset()
  for (const target of [from, to]) clearTarget(gpu, target)
}

/**
 * Makes a layer's effect chain: every program is compiled and every texture allocated here. Throws a ShaderError naming
 * file and line, or another {@link DoppelError}; after that nothing in it throws any more.
 *
 * An effect that is bypassed or at mix 0 costs nothing, and with all of them off `run` gives the input itself. History is
 * captured in every tick all the same, so that an effect that comes back finds the recent past; feedback starts from nothing
 * then. An effect that fails while drawing is reported and left out until it is reset or its shader is reloaded.
 */
export const createChain = (gpu: Gpu, options: ChainOptions): Chain => {
  const { instances, report } = options
  if (instances.length === 0 && !options.watched) return { run: ({ colour }) => colour, facts: undefined, reload: () => {}, close: () => {} }
  const { keep, all, close } = createOwned()
  const built = all(() => {
    const made = build(gpu, options, keep)
    warmUp(gpu, made)
    return made
  })
  const { white, outs, stages, history, watch, sound, boxes, outlines, cutout } = built
  const failed = new Set<Stage>()
  const fault = ({ instances: [first] }: Stage, thrown: unknown, then: string) => {
    report({ unit: first?.slug ?? 'effect', message: `${messageOf(thrown)}; ${then}`, hint: thrown instanceof DoppelError ? thrown.hint : '' })
  }
  const wanted = new Set<Reads>()
  const isWanted = (stage: Stage) => stage.on && !failed.has(stage)
  const look = (input: Drawn, moment: Moment, exact: boolean) => {
    if (!watch) return
    wanted.clear()
    if (options.watched) wanted.add('subject')
    for (const stage of stages) if (isWanted(stage)) for (const { decl } of stage.instances) for (const read of decl.reads) wanted.add(read)
    watch.update(input, moment, exact, wanted)
    boxes?.add(moment.time, watch.facts.box)
  }
  const remember = (input: Drawn, mask: WebGLTexture, moment: Moment) => {
    if (!history && !boxes) return
    cutout.of = input.colour
    cutout.is = input.cutout
    const outline = watch?.outline
    const layer = history?.capture((input.cutout ?? input.colour).texture, mask, moment, outline, input.seq)
    if (layer !== undefined) outlines?.keep(layer, outline)
    outlines?.keep(LIVE, outline)
  }
  const attempt = <A extends readonly unknown[]>(unit: string, act: (...args: A) => void, ...args: A) => {
    try {
      act(...args)
    } catch (thrown) {
      report({ unit, message: messageOf(thrown), hint: thrown instanceof DoppelError ? thrown.hint : '' })
    }
  }

  const facts = watch && [watch.facts, ...watch.each]
  return {
    facts,
    run(input, moment, exact = false) {
      forgetErrors(gpu)
      attempt('subject', look, input, moment, exact)
      sound?.take(moment)
      const mask = watch?.mask ?? (input.mask ?? white).texture
      attempt('history', remember, input, mask, moment)
      let current: Target = input.colour
      for (const stage of stages) {
        if (!isWanted(stage)) {
          if (stage.skip()) failed.delete(stage)
          continue
        }
        const to = current === outs[0] ? outs[1] : outs[0]
        try {
          current = stage.draw(current, mask, to, moment)
        } catch (thrown) {
          failed.add(stage)
          fault(stage, thrown, 'the effect is left out until it is reset or its shader is saved again')
        }
      }
      return current
    },
    reload(file) {
      for (const stage of stages.filter((one) => one.instances.some(({ decl }) => decl.shader === file || decl.isf?.vertex === file))) {
        try {
          stage.reload(file)
          failed.delete(stage)
        } catch (thrown) {
          fault(stage, thrown, 'the last good version plays on')
        }
      }
    },
    close,
  }
}

import type { EffectInstance, Moment } from '../engine/effect.js'
import { isOn, isWhole, type Surroundings } from './dress.js'
import { isItsMemory } from './effect-source.js'
import { checkErrors } from './errors.js'
import { compileFused, isLocal, MOST } from './fuse.js'
import { createOwned } from './owned.js'
import { plainsTogether, plainTogetherWatch } from './plain.js'
import type { Compiled, Stage } from './stage.js'
import type { Gpu, ShaderText, Target } from './types.js'

/** Whether a pass may end with it: its picture is its memory, and of its input it reads its own pixel. */
const mayEnd = ({ decl }: EffectInstance): boolean => decl.local === true && isItsMemory(decl)

/** Whether a pass may begin with it: one program draws it, which keeps nothing and reads nothing that has to be made of its input first. */
const mayBegin = ({ decl: { reads, clones, isf } }: EffectInstance): boolean => !clones && !isf && !reads.includes('previous') && !reads.includes('blurred')

const all = (stage: Stage | undefined, test: (instance: EffectInstance) => boolean): boolean => stage?.instances.every(test) ?? false

/** Puts together what one pass can draw: effects that keep their picture, what is local before them, and one before that that reads anywhere. */
export const groupJoined = (stages: readonly Stage[]): (readonly Stage[])[] => {
  const groups: Stage[][] = []
  for (const stage of stages) {
    const group = [stage]
    const take = (test: (instance: EffectInstance) => boolean) => {
      const before = groups.at(-1)
      const [one, ...more] = before ?? []
      if (!one || more.length > 0 || !all(one, test) || [one, ...group].flatMap(({ instances }) => instances).length > MOST) return
      group.unshift(one)
      groups.pop()
    }
    if (all(stage, mayEnd)) {
      take(isLocal)
      take((instance) => !instance.decl.local && mayBegin(instance))
    }
    groups.push(group)
  }
  return groups
}

/**
 * Neighbours of which the last keeps its picture, drawn in one pass right into that while all of them are played whole: that spares a picture
 * being written and read for each of the others. Otherwise, and where their shaders do not compile together, they are drawn by `parts`, which stay the caller's to close.
 */
export const createJoined = (gpu: Gpu, parts: readonly Stage[], outs: readonly [Target, Target], shaderText: ShaderText, around: Surroundings): Stage => {
  const instances = parts.flatMap((part) => part.instances)
  const [first, last] = [parts[0], parts.at(-1)]
  const feedback = last?.keeps?.feedback
  if (!first || !feedback) throw new RangeError('only effects of which the last keeps its picture are joined')
  const compile = () => {
    const { keep, all: build, close } = createOwned()
    try {
      return build(() => {
        const compileOne = compileFused(gpu, instances, shaderText, around, keep)
        return { whole: compileOne(true), plain: plainsTogether(instances.map(({ decl }) => decl)).map((plain) => compileOne(true, plain)), close }
      })
    } catch {
      // Each of them compiles alone, so the show goes on: together they may have asked for more than the driver has.
      return undefined
    }
  }
  let compiled = compile()
  const broken = new Set<Stage>()
  const plainly = plainTogetherWatch(instances)
  const choose = (): Compiled | undefined => {
    if (!compiled || !instances.every(isWhole)) return undefined
    // Where only some are played plainly, what that spares alone is more than what is spared together.
    return compiled.plain[plainly.which()] ?? (plainly.howMany() === 0 ? compiled.whole : undefined)
  }
  const drawTogether = ({ program, dress }: Compiled, from: Target, mask: WebGLTexture, moment: Moment) => {
    // The first alone may look back.
    const forgotten = first.keeps?.heed() ?? 0
    last.keeps?.heed()
    const previous = feedback.begin(moment.frame)
    dress(mask, moment, forgotten)
    program.texture('source', from.texture)
    program.texture('hostSource', from.texture)
    program.texture('previous', previous)
    program.set('fresh', feedback.fresh)
    program.draw(feedback.next)
    checkErrors(gpu, `draw the effect ${instances.map(({ decl }) => decl.id).join(' + ')}`)
    return feedback.next
  }
  const drawApart = (from: Target, mask: WebGLTexture, moment: Moment) => {
    let current = from
    for (const part of parts) {
      if (part.on) current = part.draw(current, mask, current === outs[0] ? outs[1] : outs[0], moment)
      else part.skip()
    }
    return current
  }
  return {
    instances,
    get on() { return instances.some(isOn) },
    draw(from, mask, _, moment) {
      const together = choose()
      return together ? drawTogether(together, from, mask, moment) : drawApart(from, mask, moment)
    },
    skip() {
      let fired = false
      for (const part of parts) fired = part.skip() || fired
      return fired
    },
    warm(from, mask, to, moment) {
      for (const part of parts) part.warm(from, mask, to, moment)
      if (compiled) for (const each of [...compiled.plain, compiled.whole]) drawTogether(each, from, mask, moment)
      feedback.forget()
    },
    reload(file) {
      // Until all of them compile, they are drawn apart: each as it was when it last did.
      compiled?.close()
      compiled = undefined
      for (const part of parts) {
        if (!part.instances.some(({ decl }) => decl.shader === file)) continue
        broken.add(part)
        part.reload(file)
        broken.delete(part)
      }
      if (broken.size === 0) compiled = compile()
    },
    close() { compiled?.close() },
  }
}

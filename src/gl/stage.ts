import type { EffectInstance, Moment } from '../engine/effect.js'
import { createDress, isOn, isWhole, type Dress, type Surroundings } from './dress.js'
import { effectSource, isItsMemory, passSource } from './effect-source.js'
import { checkErrors } from './errors.js'
import { createFeedback, type Feedback } from './feedback.js'
import { createForgetting } from './forgetting.js'
import { plainsOf, plainWatch, type Plain } from './plain.js'
import { createProgram, type Program } from './program.js'
import { boundedText } from './shader-bounds.js'
import type { Gpu, ShaderText, Target } from './types.js'

/** What an effect that is compiled alone keeps, for a pass that draws it together with others. */
export interface Keeps {
  readonly feedback: Feedback | undefined
  /** Takes note of a reset, as every draw has to first. Gives how many captures of the history the effect is not to see. */
  heed(): number
}

/** One effect in its place in a chain, or several that were fused into one pass. */
export interface Stage {
  readonly instances: readonly EffectInstance[]
  /** Whether it changes anything now; when not it is not to be drawn. */
  readonly on: boolean
  readonly keeps?: Keeps
  /** Draws `from` through the effect into `to`, or into a target of its own; gives that. Throws what the graphics driver has to say. */
  draw(from: Target, mask: WebGLTexture, to: Target, moment: Moment): Target
  /** Called instead of `draw` in a tick where the effect is off or left out; whether it was reset in this tick. */
  skip(): boolean
  /** Draws with every program there is, whatever the effect is set to, and forgets it: drivers compile at the first draw. */
  warm(from: Target, mask: WebGLTexture, to: Target, moment: Moment): void
  /** Compiles its shader anew, which `file` is of, and takes it over; throws a ShaderError and keeps the old one when it does not compile. */
  reload(file: string): void
  close(): void
}

export interface Compiled {
  readonly program: Program
  readonly dress: Dress
}

/** Compiles an effect that draws full pictures, and allocates its feedback. `outs` are the targets it may be told to draw to. */
export const createStage = (gpu: Gpu, instance: EffectInstance, outs: readonly Target[], shaderText: ShaderText, around: Surroundings): Stage => {
  const { decl } = instance
  const itsMemory = isItsMemory(decl)
  const blurred = decl.reads.includes('blurred') ? around.blurred : undefined
  const compile = (fragment: string): Compiled => {
    const program = createProgram(gpu, { fragment, file: decl.shader, once: true })
    return { program, dress: createDress(program, [{ instance, prefix: '' }], around) }
  }
  // Programs of the effect: most are played whole most of the time, and then need no mixing; and many without what only few of their values ask for.
  const compileAll = () => {
    const text = boundedText(shaderText, decl)
    const done: Compiled[] = []
    const add = (fragment: string) => {
      const one = compile(fragment)
      done.push(one)
      return one
    }
    const close = () => { for (const { program } of done) program.close() }
    const passes = (plain?: Plain) => ({
      soften: decl.softens ? add(passSource(decl, text, 'soften', plain)) : undefined,
      settle: decl.settles ? add(passSource(decl, text, 'settle', plain)) : undefined,
    })
    try {
      const whole = add(effectSource(decl, text, true))
      return {
        whole, mixed: add(effectSource(decl, text)), usual: passes(),
        plain: plainsOf(decl).map((plain) => ({ drawn: add(effectSource(decl, text, true, plain)), ...passes(plain) })), close,
      }
    } catch (thrown) {
      close()
      throw thrown
    }
  }
  let compiled = compileAll()
  const createOwnFeedback = () => {
    try {
      return decl.reads.includes('previous') ? createFeedback(gpu, outs) : undefined
    } catch (thrown) {
      compiled.close()
      throw thrown
    }
  }
  const feedback = createOwnFeedback()
  const whichPlain = plainWatch(instance)
  const forgetting = createForgetting(instance, around.history)
  const dressUp = ({ program, dress }: Compiled, from: Target, mask: WebGLTexture, previous: WebGLTexture | undefined, moment: Moment) => {
    dress(mask, moment, forgetting.forgotten)
    program.texture('source', from.texture)
    if (feedback && previous) {
      program.texture('previous', previous)
      program.set('fresh', feedback.fresh)
    }
  }
  const drawWith = (one: Compiled, { soften, settle }: (typeof compiled)['usual'], from: Target, mask: WebGLTexture, to: Target, moment: Moment) => {
    const { program } = one
    // Cleared first, for clearing binds a framebuffer of its own.
    const previous = feedback?.begin(moment.frame)
    if (blurred) {
      if (soften) {
        dressUp(soften, from, mask, previous, moment)
        soften.program.draw(blurred.half)
      } else {
        blurred.take(from.texture)
      }
      blurred.spread()
      if (settle) {
        dressUp(settle, from, mask, previous, moment)
        blurred.apply(settle.program)
        settle.program.draw(blurred.settled)
      }
    }
    dressUp(one, from, mask, previous, moment)
    blurred?.apply(program)
    const into = feedback && one !== compiled.mixed && itsMemory ? feedback.next : to
    program.draw(feedback && into === to ? { framebuffer: feedback.framebufferFor(to), width: to.width, height: to.height } : into)
    checkErrors(gpu, `draw the effect ${decl.id}`)
    return into
  }

  const heed = () => {
    if (forgetting.due()) feedback?.forget()
    return forgetting.forgotten
  }

  return {
    instances: [instance],
    keeps: { feedback, heed },
    get on() { return isOn(instance) },
    draw(from, mask, to, moment) {
      heed()
      const { mixed, whole, usual, plain: plains } = compiled
      const plain = isWhole(instance) ? plains[whichPlain()] : undefined
      return plain ? drawWith(plain.drawn, plain, from, mask, to, moment) : drawWith(isWhole(instance) ? whole : mixed, usual, from, mask, to, moment)
    },
    skip() {
      feedback?.forget()
      return forgetting.due()
    },
    warm(from, mask, to, moment) {
      const { mixed, whole, usual, plain } = compiled
      for (const each of plain) drawWith(each.drawn, each, from, mask, to, moment)
      for (const each of [whole, mixed]) drawWith(each, usual, from, mask, to, moment)
      feedback?.forget()
    },
    reload() {
      const fresh = compileAll()
      compiled.close()
      compiled = fresh
    },
    close() {
      compiled.close()
      feedback?.close()
    },
  }
}

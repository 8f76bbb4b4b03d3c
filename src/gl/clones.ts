import { MASK_MODES, type CloneDecl, type ClonePlay, type EffectInstance, type Moment } from '../engine/effect.js'
import { DoppelError, messageOf } from '../engine/error.js'
import { createBehind } from './behind.js'
import type { Boxes } from './boxes.js'
import { createInstances, INSTANCE, INSTANCE_LENGTH, type Instances, type Kind } from './clone-list.js'
import { CLONE_VERTEX, cloneSource, FRONT_SOURCE, MIX_SOURCE } from './clone-source.js'
import { createDress, isOn, type Surroundings } from './dress.js'
import { checkErrors } from './errors.js'
import { createForgetting } from './forgetting.js'
import { plainsOf, plainWatch, type Plain } from './plain.js'
import { createProgram } from './program.js'
import { boundedText } from './shader-bounds.js'
import { BANDS, type Outlines } from './outlines.js'
import type { Stage } from './stage.js'
import type { SubjectWatch } from './subject/watch.js'
import type { Gpu, ShaderText, Target } from './types.js'
import { createOwned } from './owned.js'

/** What clone effects need besides the surroundings every effect has. */
export interface CloneSurroundings extends Surroundings {
  readonly watch: SubjectWatch
  readonly boxes: Boxes
  readonly outlines: Outlines
  /** Drawn to, when the copies are to be mixed with what was there. */
  readonly aside: Target
}

/** A vertex array over a buffer of `length` instances. */
const createInstanceBuffer = ({ gl }: Gpu, length: number) => {
  const array = gl.createVertexArray()
  const buffer = gl.createBuffer()
  gl.bindVertexArray(array)
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  gl.bufferData(gl.ARRAY_BUFFER, length * INSTANCE_LENGTH * 4, gl.DYNAMIC_DRAW)
  const point = (first: number) => {
    let offset = first * INSTANCE_LENGTH * 4
    INSTANCE.forEach((size, location) => {
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, INSTANCE_LENGTH * 4, offset)
      offset += size * 4
    })
  }
  INSTANCE.forEach((_, location) => {
    gl.enableVertexAttribArray(location)
    gl.vertexAttribDivisor(location, 1)
  })
  point(0)
  return {
    /** Draws a list in its order, each run of copies of one kind at once; `use` makes the program for it current, and says in how many bands. */
    draw(list: Instances, use: (kind: Kind) => number) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, list.data.subarray(0, list.count * INSTANCE_LENGTH))
      for (let first = 0; first < list.count;) {
        const kind = list.kindOf(first)
        let last = first + 1
        while (last < list.count && list.kindOf(last) === kind) last += 1
        const bands = use(kind)
        gl.bindVertexArray(array)
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
        point(first)
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 2 * (bands + 1), last - first)
        first = last
      }
    },
    close() {
      gl.deleteVertexArray(array)
      gl.deleteBuffer(buffer)
    },
  }
}

/**
 * Compiles an effect that draws copies of the cut-out, and allocates for the most it says it draws: instanced quads of
 * the subject's box, or strips of as much of it as holds anything, so that they cost what they cover. One more pass mixes them in when they are not to be seen whole.
 */
export const createClones = (gpu: Gpu, instance: EffectInstance, clones: CloneDecl, shaderText: ShaderText, around: CloneSurroundings): Stage => {
  const { gl } = gpu
  const { decl } = instance
  const { boxes, outlines, watch, aside, size: [width, height] } = around
  const owned = createOwned()
  const { keep } = owned
  const compileOne = (text: string, of: 'live' | 'whole' | 'past', plain?: Plain) => {
    const program = createProgram(gpu, { vertex: CLONE_VERTEX, fragment: cloneSource(decl, text, of, plain), file: decl.shader, once: true, extra: 'look.w' })
    return { program, dress: createDress(program, [{ instance, prefix: '' }], around) }
  }
  const compile = () => {
    const text = boundedText(shaderText, decl)
    const done = createOwned()
    const addAll = (plain?: Plain) => {
      const add = (of: 'live' | 'whole' | 'past') => {
        const one = compileOne(text, of, plain)
        done.keep(one.program)
        return one
      }
      const live = add('live')
      return { live, whole: add('whole'), past: decl.reads.includes('history') ? add('past') : live }
    }
    return done.all(() => ({ usual: addAll(), plain: plainsOf(decl).map(addAll), close: done.close }))
  }
  let compiled = compile()
  const close = () => {
    compiled.close()
    owned.close()
  }
  const build = () => ({
    buffer: keep(createInstanceBuffer(gpu, clones.most + 1)),
    behind: keep(createBehind(gpu, { width, height }, watch)),
    mixer: keep(createMixer(gpu, instance)),
    front: keep(createProgram(gpu, { vertex: CLONE_VERTEX, fragment: FRONT_SOURCE, file: 'cut-out' })),
  })
  let built
  try {
    built = build()
  } catch (thrown) {
    close()
    throw thrown
  }
  const { behind, buffer, mixer, front } = built
  const aspect = width / height
  const canvas = [width, height]
  const list = createInstances({ most: clones.most, aspect, boxes, history: decl.reads.includes('history') ? around.history : undefined, spans: decl.reads.includes('loop'), outlines, within: clones.within === true })
  const forgetting = createForgetting(instance, around.history)
  const still: Moment = { time: 0, dt: 0, frame: 0, bpm: 120, beat: 0, seed: 0 }
  // One object for all ticks.
  const play: { -readonly [K in keyof ClonePlay]: ClonePlay[K] } = {
    values: instance.values, moment: still, subject: watch.facts, aspect,
    pathAt: (secondsAgo, out) => { watch.pathAt(secondsAgo, out) },
    cropAt: (secondsAgo, out) => { list.cropAt(secondsAgo, out) },
  }
  const arrange = (moment: Moment) => {
    play.moment = moment
    try {
      clones.arrange(list, play)
    } catch (thrown) {
      throw new DoppelError(`the copies of ${decl.id} could not be arranged: ${messageOf(thrown)}`, 'its declaration\'s arrange function must not throw')
    }
  }

  const whichPlain = plainWatch(instance)
  const drawing: { from: Target | undefined; mask: WebGLTexture | undefined; moment: Moment; live: 'live' | 'whole'; plain: number } = { from: undefined, mask: undefined, moment: still, live: 'live', plain: -1 }
  const cutoutOf = (from: Target) => (around.cutout.is && from === around.cutout.of ? around.cutout.is : from)
  // What may be anything anywhere is one band: smaller triangles would only cost more.
  const bandsOf = clones.within ? BANDS : 1
  const use = (kind: Kind) => {
    const { from, mask, moment } = drawing
    if (!from || !mask) return BANDS
    if (kind === 'front') {
      front.use()
      front.set('resolution', canvas)
      front.texture('source', cutoutOf(from).texture)
      front.texture('hostMask', mask)
      front.set('hostBands', BANDS)
      return BANDS
    }
    const { program, dress } = (compiled.plain[drawing.plain] ?? compiled.usual)[kind === 'live' ? drawing.live : kind]
    dress(mask, moment, forgetting.forgotten)
    program.texture('source', cutoutOf(from).texture)
    program.set('hostBands', bandsOf)
    return bandsOf
  }
  const drawOver = (from: Target, mask: WebGLTexture, to: Target, moment: Moment) => {
    behind.draw(clones.behind, from, around.cutout.of ?? from, to)
    if (clones.front) list.addFront()
    if (list.count === 0) return
    drawing.from = from
    drawing.mask = mask
    drawing.moment = moment
    gl.bindFramebuffer(gl.FRAMEBUFFER, to.framebuffer)
    gl.viewport(0, 0, width, height)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    buffer.draw(list, use)
    gl.disable(gl.BLEND)
  }
  const draw = (from: Target, mask: WebGLTexture, to: Target, moment: Moment, whole: boolean) => {
    drawOver(from, mask, whole ? to : aside, moment)
    if (!whole) mixer.draw(from, aside, mask, to)
    checkErrors(gpu, `draw the effect ${decl.id}`)
  }
  return {
    instances: [instance],
    get on() { return isOn(instance) },
    draw(from, mask, to, moment) {
      forgetting.due()
      list.begin(forgetting.forgotten)
      arrange(moment)
      drawing.live = watch.masks.whole ? 'whole' : 'live'
      drawing.plain = whichPlain()
      draw(from, mask, to, moment, instance.mix >= 1 && instance.maskMode === 'all')
      return to
    },
    skip: () => forgetting.due(),
    warm(from, mask, to, moment) {
      list.begin(0)
      list.add(0, 0, 1, 1, 0, 0, 1, 0)
      if (compiled.usual.past !== compiled.usual.live) list.add(0, 0, 1, 1, 0, 1, 1, 0)
      for (let plain = -1; plain < compiled.plain.length; plain++) for (const live of ['live', 'whole'] as const) {
        Object.assign(drawing, { plain, live })
        draw(from, mask, to, moment, false)
      }
    },
    reload() {
      const fresh = compile()
      compiled.close()
      compiled = fresh
    },
    close,
  }
}

/** Shows what was drawn aside, by the effect's mix and mask mode. */
const createMixer = (gpu: Gpu, instance: EffectInstance) => {
  const program = createProgram(gpu, { fragment: MIX_SOURCE, file: 'mix' })
  return {
    draw(from: Target, drawn: Target, mask: WebGLTexture, to: Target) {
      program.use()
      program.set('hostMix', Math.min(1, instance.mix))
      program.set('hostMaskMode', MASK_MODES.indexOf(instance.maskMode))
      program.texture('source', from.texture)
      program.texture('drawn', drawn.texture)
      program.texture('hostMask', mask)
      program.draw(to)
    },
    close() { program.close() },
  }
}

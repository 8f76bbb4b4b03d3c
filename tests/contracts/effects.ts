import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CloneList, EffectDecl, Reads } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import { plainsOf, type Plain } from '../../src/gl/plain.js'
import type { Drawn, Gpu, ShaderText } from '../../src/gl/types.js'
import { closeDrawn, duet, extremesOf, H, imageOf, offDefault, playEffect, playGenerator, playScene, scene, shaderText, subjectAt, W } from '../effects/play.js'
import { drawnOf, filledMask, filledTarget, moment, pixelsOf, worstDifference } from '../gl/support.js'
import { expectGolden } from '../support/golden.js'

let gpu: Gpu
let still: Drawn
beforeAll(() => {
  gpu = openGpu()
  still = scene(gpu, 4)
})
afterAll(() => { gpu.close() })

/** What a shader calls a thing it reads, any of these. */
const WORDS: Readonly<Record<Reads, RegExp>> = {
  mask: /\b(maskAt|subjectMaskAt|mask)\b/, history: /\bhistoryAgo\b/, previous: /\bprevious\b/, subject: /\b(centroid|box|boxes|axis|area|velocity|present)\b/,
  sdf: /\b(distanceAt|gradientAt)\b/, flow: /\bflowAt\b/, plate: /\b(plateAt|worldAt)\b/, loop: /\bloopAt\b/, blurred: /\bblurredAt\b/, waveform: /\bwaveform(At)?\b/, spectrum: /\bspectrum(At)?\b/,
}

const SOUND = 'bool judge(vec4 c) { float most = max(max(c.r, c.g), c.b); return !any(isnan(c)) && !any(isinf(c)) && all(greaterThan(c, vec4(-0.002))) && all(lessThan(c, vec4(1.002))) && most <= c.a + 0.003; }'
/** Each kind of body, and the one around it that answers red where it gave an unsound pixel. */
const JUDGES: readonly (readonly [head: RegExp, played: string, judge: string])[] = [
  [/vec4\s+effect\s*\(\s*vec2/, 'vec4 played(vec2', 'vec4 effect(vec2 uv) { return judge(played(uv)) ? vec4(0.0, 1.0, 0.0, 1.0) : vec4(1.0, 0.0, 0.0, 1.0); }'],
  [/vec4\s+effect\s*\(\s*vec4/, 'vec4 played(vec4', 'vec4 effect(vec4 here, vec2 uv) { return judge(played(here, uv)) ? vec4(0.0, 1.0, 0.0, 1.0) : vec4(1.0, 0.0, 0.0, 1.0); }'],
  [/vec4\s+clone\s*\(/, 'vec4 played(', 'vec4 clone(vec4 cutout, vec2 uv, float extra) { return judge(played(cutout, uv, extra)) ? vec4(0.0) : vec4(1.0, 0.0, 0.0, 1.0); }'],
]

/**
 * Wraps an effect so that it answers green (a clone: nothing at all) where it gave a sound pixel (finite, 0 to 1, premultiplied) and red
 * elsewhere: the host itself would turn NaN into black before anyone could see it.
 */
const judged: ShaderText = (file) => {
  const text = shaderText(file)
  const judge = JUDGES.find(([head]) => head.test(text))
  if (!judge) throw new Error(`${file} has no effect`)
  return `${text.replace(judge[0], judge[1])}\n${SOUND}\n${judge[2]}\n`
}
/** A judged clone effect shows its copies over nothing. */
const bare = (decl: EffectDecl): EffectDecl => (decl.clones ? { ...decl, clones: { ...decl.clones, behind: 'none', front: false } } : decl)
const unsoundPixels = (target: Parameters<typeof pixelsOf>[1], { clones }: Pick<EffectDecl, 'clones'>): number => {
  const pixels = pixelsOf(gpu, target)
  let count = 0
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i] !== 0 || (!clones && pixels[i + 1] !== 255)) count++
  return count
}

/** Names of the parameters that arranging copies looks at, and whether it looks back in time. */
const arrangedBy = ({ clones, params }: EffectDecl): { readonly names: ReadonlySet<string>; readonly past: boolean } => {
  const names = new Set<string>()
  let past = false
  if (!clones) return { names, past }
  const add: CloneList['add'] = (_x, _y, _scaleX, _scaleY, _angle, secondsAgo) => { past ||= secondsAgo > 0 }
  const list: CloneList = { count: 0, add, addPiece: add }
  const values = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, offDefault(param)]))
  const facts = { present: 1, area: 0.1, centroid: Float32Array.of(0.5, 0.5), box: Float32Array.of(0.4, 0.3, 0.6, 0.7), axis: Float32Array.of(0, 1), velocity: Float32Array.of(0.1, 0) }
  const fill = (out: Float32Array) => { out.set(out.length === 4 ? [0.4, 0.3, 0.6, 0.7] : [0.5, 0.5]) }
  const watched = new Proxy(values, { get(owner, name) { names.add(String(name)); return owner[String(name)] } })
  for (const frame of [10, 44, 77, 200]) clones.arrange(list, { values: watched, moment: moment(frame), subject: facts, aspect: W / H, pathAt: (_, out) => { fill(out) }, cropAt: (_, out) => { fill(out) } })
  return { names, past }
}

/** Every set of values to try: all defaults, then each parameter at each of its extremes, and all of them off their defaults. */
const settings = ({ params }: EffectDecl): Record<string, ParamValue>[] => [
  {},
  ...Object.entries(params).flatMap(([name, param]) => extremesOf(param).map((value) => ({ [name]: value }))),
  Object.fromEntries(Object.entries(params).map(([name, param]) => [name, offDefault(param)])),
]

/** That the judge can be trusted: for one file only, there is nothing of any effect in it. */
export const judgeContract = (): void => {
  it.each(['vec4(0.0 / (beat - beat))', 'vec4(1.0 / (beat - beat))', 'vec4(0.5, 0.0, 0.0, 0.4)', 'vec4(2.0)', 'vec4(-0.1)'])('sees that %s is no sound pixel', (value) => {
    const decl: EffectDecl = { id: 'bad', label: 'Bad', about: 'Bad.', shader: 'bad.frag', reads: [], params: {} }
    const { chain } = playEffect(gpu, decl, {}, { text: () => judged('sharpen.frag').replace(/vec4 played[\s\S]*?\n}\n/, `vec4 played(vec2 uv) { return ${value}; }\n`) })
    expect(unsoundPixels(chain.run(still, moment(4)), decl)).toBe(W * H)
    chain.close()
  })
  it.each(['vec4(0.0 / (beat - beat))', 'vec4(0.5, 0.0, 0.0, 0.4)', 'vec4(2.0)'])('sees it in a copy too: %s', (value) => {
    const decl: EffectDecl = {
      id: 'bad', label: 'Bad', about: 'Bad.', shader: 'bad.frag', reads: [], params: {},
      clones: { most: 1, behind: 'none', front: false, arrange: (out) => { out.add(0.9, 0.5, 9, 9, 0, 0, 1, 0) } },
    }
    const { chain } = playEffect(gpu, decl, {}, { text: () => judged('clone.frag').replace('return cutout;', `return ${value};`) })
    expect(unsoundPixels(chain.run(still, moment(4)), decl)).toBeGreaterThan(W * H * 0.9)
    chain.close()
  })
}

/** What every effect must do, whatever it is. */
export const effectContracts = (effects: readonly EffectDecl[]): void => {
describe.each(effects.map((decl) => [decl.id, decl] as const))('%s', (id, decl) => {
  it('uses every parameter and everything it says it reads', () => {
    const text = shaderText(decl.shader)
    const { names, past } = arrangedBy(decl)
    expect(Object.keys(decl.params).filter((word) => !names.has(word) && !new RegExp(`\\b${word}\\b`).test(text))).toEqual([])
    // Where the subject is, and its past, clones may use without a word in their shader.
    expect(decl.reads.filter((read) => !WORDS[read].test(text) && !(decl.clones && (read === 'subject' || (read === 'history' && past))))).toEqual([])
  })

  it('gives the input byte for byte at mix 0, bypassed, and inside an empty or outside a full mask', () => {
    const { chain, instance, faults } = playEffect(gpu, decl)
    const input = pixelsOf(gpu, still.colour)
    const empty = filledMask(gpu, W, H, () => 0)
    const full = filledMask(gpu, W, H, () => 255)
    const run = (n: number, mask = still.mask) => pixelsOf(gpu, chain.run(drawnOf(still.colour, mask), moment(n)))
    Object.assign(instance, { mix: 0 })
    expect(worstDifference(run(0), input)).toBe(0)
    Object.assign(instance, { mix: 1, bypass: true })
    expect(worstDifference(run(1), input)).toBe(0)
    Object.assign(instance, { bypass: false, maskMode: 'inside' })
    expect(worstDifference(run(2, empty), input)).toBe(0)
    Object.assign(instance, { maskMode: 'outside' })
    expect(worstDifference(run(3, full), input)).toBe(0)
    expect(faults).toEqual([])
    chain.close()
    for (const mask of [empty, full]) mask.close()
  })

  it('draws sound pixels with every parameter at its ends, at any tempo and in a stalled tick', () => {
    const { chain, instance, faults } = playEffect(gpu, bare(decl), {}, { text: judged })
    const clear = filledTarget(gpu, W, H, (x) => [(x * 90) / W, (x * 250) / W, 0, (x * 255) / W])
    const moments = [moment(0, { dt: 0 }), moment(9), moment(77, { bpm: 20, beat: 12345.678, dt: 3 }), moment(78, { bpm: 300, beat: 0.999999 })]
    const defaults = { ...instance.values }
    for (const values of settings(decl)) {
      Object.assign(instance.values, defaults, values)
      for (const at of moments) for (const drawn of [still, drawnOf(clear, still.mask)]) {
        expect(unsoundPixels(chain.run(drawn, at), decl), `${JSON.stringify(values)} at beat ${at.beat}`).toBe(0)
      }
    }
    expect(faults).toEqual([])
    expect(gpu.gl.getError()).toBe(0)
    chain.close()
    clear.close()
  })

  it('draws sound pixels at any size', () => {
    for (const size of [[1, 1], [17, 5], [72, 128]] as const) {
      const colour = filledTarget(gpu, size[0], size[1], (x, y) => [x * 3, y * 2, 99, 255])
      const { chain, faults } = playEffect(gpu, bare(decl), {}, { text: judged, size })
      expect(unsoundPixels(chain.run(drawnOf(colour), moment(5)), decl), size.join('x')).toBe(0)
      expect(faults).toEqual([])
      chain.close()
      colour.close()
    }
  })

  it('gives the same bytes for the same tick, and for the same show played again', () => {
    const show = () => {
      const played = playEffect(gpu, decl)
      playScene(gpu, played, 0, 9)
      const last = scene(gpu, 10)
      const first = pixelsOf(gpu, played.chain.run(last, moment(10)))
      const again = pixelsOf(gpu, played.chain.run(last, moment(10)))
      expect(worstDifference(first, again)).toBe(0)
      played.chain.close()
      closeDrawn(last)
      return first
    }
    expect(worstDifference(show(), show())).toBe(0)
  })

  it('lives through no subject, all subject, and a subject that leaves', () => {
    const masks = [filledMask(gpu, W, H, () => 0), filledMask(gpu, W, H, () => 255), undefined]
    const { chain, faults } = playEffect(gpu, bare(decl), {}, { text: judged })
    masks.forEach((mask, i) => {
      for (let n = 0; n < 4; n++) expect(unsoundPixels(chain.run(drawnOf(still.colour, mask), moment(i * 4 + n)), decl)).toBe(0)
    })
    expect(subjectAt(30).x - subjectAt(30).r).toBeGreaterThan(W)
    for (let n = 20; n < 34; n++) {
      const drawn = scene(gpu, n)
      expect(unsoundPixels(chain.run(drawn, moment(n)), decl)).toBe(0)
      closeDrawn(drawn)
    }
    expect(faults).toEqual([])
    chain.close()
    for (const mask of masks) mask?.close()
  })

  it('draws the same bytes, while it is played plainly, as the program that can do everything', () => {
    if (!decl.plain) return
    // As it is from the start, and with all that may be otherwise while it is.
    const off = Object.fromEntries(Object.entries(decl.params).map(([name, param]) => [name, offDefault(param)]))
    const played = (plain: Plain, most: boolean): Record<string, ParamValue> =>
      Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, typeof value === 'object' ? (most ? Math.max(value.from, Number(off[name])) : value.from) : value]))
    for (const values of plainsOf(decl).flatMap((plain) => [played(plain, false), { ...off, ...played(plain, true) }])) {
      const { plain, ...usual } = decl
      expect(plain).toBeDefined()
      const both = [playEffect(gpu, decl, values), playEffect(gpu, usual, values)]
      for (let n = 0; n < 8; n++) {
        const drawn = scene(gpu, 3 * n)
        const [a = [], b = []] = both.map(({ chain }) => pixelsOf(gpu, chain.run(drawn, moment(7 * n))))
        expect(worstDifference(a, b), JSON.stringify(values)).toBe(0)
        closeDrawn(drawn)
      }
      for (const { chain } of both) chain.close()
    }
  })

  it('draws nothing of a copy where the cut-out has nothing, if it says so', () => {
    const { clones } = decl
    if (!clones?.within) return
    const all: EffectDecl = { ...decl, clones: { most: clones.most, behind: clones.behind, front: clones.front, arrange: clones.arrange } }
    for (const values of settings(decl)) {
      const [some, whole] = [playEffect(gpu, decl, values), playEffect(gpu, all, values)]
      for (let n = 0; n < 8; n++) {
        const drawn = scene(gpu, 3 * n)
        const [a = [], b = []] = [some, whole].map(({ chain }) => pixelsOf(gpu, chain.run(drawn, moment(7 * n))))
        // A copy's own border, where the subject leaves the picture, may fall on the other side of a few pixels' middles.
        let wrong = 0
        for (let i = 0; i < a.length; i += 4) if ([0, 1, 2, 3].some((k) => Math.abs((a[i + k] ?? 0) - (b[i + k] ?? 0)) > 4)) wrong++
        expect(wrong, JSON.stringify(values)).toBeLessThanOrEqual(W * H * 0.002)
        closeDrawn(drawn)
      }
      for (const { chain } of [some, whole]) chain.close()
    }
  })

  it('plays two subjects, and the first alone when the second leaves', () => {
    const { chain, faults } = playEffect(gpu, bare(decl), {}, { text: judged, subjects: 2 })
    for (let n = 0; n < 6; n++) {
      const drawn = duet(gpu, n)
      expect(unsoundPixels(chain.run(drawn, moment(n)), decl)).toBe(0)
      closeDrawn(drawn)
    }
    const gone = duet(gpu, 6, false)
    for (let n = 6; n < 9; n++) expect(unsoundPixels(chain.run(gone, moment(n)), decl)).toBe(0)
    expect(faults).toEqual([])
    closeDrawn(gone)
    chain.close()
  })

  it('starts anew when it is reset', () => {
    // What is remembered of the subject for all effects together stays: only effects without it look the same as at the beginning.
    if (decl.clones || decl.reads.some((read) => ['subject', 'flow', 'plate', 'loop'].includes(read))) return
    const [old, fresh] = [playEffect(gpu, decl), playEffect(gpu, decl)]
    playScene(gpu, old, 0, 19)
    old.instance.reset += 1
    for (let n = 20; n < 23; n++) {
      const drawn = scene(gpu, n)
      const [a, b] = [old, fresh].map(({ chain }) => pixelsOf(gpu, chain.run(drawn, moment(n))))
      expect(worstDifference(a ?? [], b ?? [0])).toBe(0)
      closeDrawn(drawn)
    }
    for (const { chain, faults } of [old, fresh]) {
      expect(faults).toEqual([])
      chain.close()
    }
  })

  it('looks as it did: a picture of its own, every parameter off its default', () => {
    const played = playEffect(gpu, decl, Object.fromEntries(Object.entries(decl.params).map(([name, param]) => [name, offDefault(param)])))
    expectGolden(`${id}-scene`, imageOf(gpu, playScene(gpu, played, 0, 22)))
    expect(played.faults).toEqual([])
    played.chain.close()
  })

  it('looks as it did: the dancer, every parameter at its default', () => {
    const dancer = playGenerator(gpu, 'dancer')
    const { chain, faults } = playEffect(gpu, decl)
    for (let n = 0; n < 40; n++) chain.run(dancer.draw(n), moment(n))
    expectGolden(`${id}-dancer`, imageOf(gpu, chain.run(dancer.draw(40), moment(40))))
    expect(faults).toEqual([])
    chain.close()
    dancer.close()
  })
})

describe.each(effects.filter(({ reads }) => reads.includes('previous')).map((decl) => [decl.id, decl] as const))('%s, feeding back', (_, decl) => {
  it('never runs away in 300 ticks on white, whatever its parameters, and fades when the picture goes dark', () => {
    const white = drawnOf(filledTarget(gpu, W, H, () => [255, 255, 255, 255]))
    const black = drawnOf(filledTarget(gpu, W, H, () => [0, 0, 0, 255]))
    for (const values of settings(decl)) {
      const sound = playEffect(gpu, bare(decl), values, { text: judged })
      const { chain, faults } = playEffect(gpu, decl, values)
      const ticks = Object.keys(values).length === 0 ? 300 : 40
      for (let n = 0; n < ticks; n++) {
        expect(unsoundPixels(sound.chain.run(white, moment(n)), decl)).toBe(0)
        chain.run(white, moment(n))
      }
      const lit = pixelsOf(gpu, chain.run(white, moment(ticks)))
      expect(Math.min(...lit.filter((_, i) => i % 4 === 3))).toBe(255)
      if (Object.keys(values).length === 0) {
        for (let n = 0; n < 8 * 30; n++) chain.run(black, moment(ticks + 1 + n))
        const dark = pixelsOf(gpu, chain.run(black, moment(ticks + 1 + 8 * 30)))
        expect(Math.max(...dark.filter((_, i) => i % 4 !== 3))).toBe(0)
      }
      expect([...faults, ...sound.faults]).toEqual([])
      chain.close()
      sound.chain.close()
    }
    closeDrawn(white)
    closeDrawn(black)
  })
})
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIsf } from '../../src/app/isf.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment, pixelAt } from '../gl/support.js'
import { IMAGE, playIsf, shaderRoom } from './support.js'

const SIZE = [8, 4] as const
const room = shaderRoom()
let gpu: Gpu
/** Red grows to the right by 30, green downwards by 60; opaque. */
let ramp: Target
beforeAll(() => {
  gpu = openGpu()
  ramp = filledTarget(gpu, ...SIZE, (x, y) => [30 * x, 60 * y, 0, 255])
})
afterAll(() => {
  ramp.close()
  gpu.close()
  room.close()
})

const near = (actual: readonly number[], expected: readonly number[], within = 1) => {
  expect(actual.map((value, i) => Math.abs(value - (expected[i] ?? 0)) <= within), `${actual.join()} against ${expected.join()}`).toEqual(expected.map(() => true))
}
const played = (name: string, header: object, body: string, more: { values?: Parameters<typeof playIsf>[3]; vertex?: string } = {}) => playIsf(gpu, room.write(`${name}.fs`, header, body, more.vertex), SIZE, more.values)
const run = ({ chain, faults }: ReturnType<typeof playIsf>, frame = 0, more = {}, drawn = drawnOf(ramp)): Target => {
  const out = chain.run(drawn, moment(frame, more))
  expect(faults).toEqual([])
  return out
}

describe('an ISF shader', () => {
  it('filters colours by every kind of parameter', () => {
    const one = played('filter', { INPUTS: [IMAGE, { NAME: 'gain', TYPE: 'float', MIN: 0, MAX: 4, DEFAULT: 0.5 }, { NAME: 'blue', TYPE: 'bool', DEFAULT: true }, { NAME: 'mode', TYPE: 'long', VALUES: [10, 20], LABELS: ['A', 'B'], DEFAULT: 10 }, { NAME: 'spot', TYPE: 'point2D', MIN: [-1, -1], MAX: [1, 1], DEFAULT: [0, 0] }, { NAME: 'add', TYPE: 'color', DEFAULT: [0, 0, 0.25, 1] }] },
      'void main() { vec4 c = IMG_THIS_PIXEL(inputImage); c.rg *= gain; if (blue) c.b = add.b; if (mode == 20) c.r = 1.0; c.g += spot.y; gl_FragColor = c; }')
    near(pixelAt(gpu, run(one), 4, 1), [60, 30, 64, 255])
    Object.assign(one.instance.values, { gain: 2, blue: false, mode: 'B', spot: [0.5, 0.75] })
    near(pixelAt(gpu, run(one), 4, 1), [255, 248, 0, 255])
    one.instance.mix = 0.5
    near(pixelAt(gpu, run(one), 4, 1), [188, 154, 0, 255])
    one.instance.mix = 0
    expect(run(one)).toBe(ramp)
    one.chain.close()
  })

  it('looks at pixels by their place, from the bottom left', () => {
    const one = played('look', { INPUTS: [IMAGE] }, 'void main() { vec2 size = IMG_SIZE(inputImage); gl_FragColor = vec4(IMG_PIXEL(inputImage, vec2(2.5, 3.5)).r, IMG_NORM_PIXEL(inputImage, vec2(0.5, 0.125)).g, isf_FragNormCoord.y, size.x / 255.0 + 0.0) + vec4(0.0, 0.0, 0.0, 1.0); }')
    near(pixelAt(gpu, run(one), 0, 0), [60, 180, 223, 255])
    near(pixelAt(gpu, run(one), 0, 3), [60, 180, 32, 255])
    one.chain.close()
  })

  it('draws passes of other sizes: the mean of two by two, looked at by pixels of their own', () => {
    const one = played('half', { INPUTS: [IMAGE], PASSES: [{ TARGET: 'half', WIDTH: '$WIDTH/2.0', HEIGHT: 'floor($HEIGHT/2.0)' }, {}] },
      'void main() { if (PASSINDEX == 0) gl_FragColor = IMG_NORM_PIXEL(inputImage, isf_FragNormCoord); else gl_FragColor = vec4(IMG_PIXEL(half, vec2(1.5, 0.5)).rg, IMG_SIZE(half).y / 255.0 * 10.0, 1.0); }')
    // The second of four across (pixels 2 and 3), the lower of two (rows 2 and 3).
    near(pixelAt(gpu, run(one), 7, 0), [75, 150, 20, 255])
    one.chain.close()
  })

  it('keeps persistent buffers from tick to tick, until it is reset; the same tick twice is the same', () => {
    const one = played('sum', { INPUTS: [IMAGE], PASSES: [{ TARGET: 'sum', PERSISTENT: true, FLOAT: true }] }, 'void main() { gl_FragColor = vec4(IMG_THIS_PIXEL(sum).rgb + vec3(0.1, 0.0, float(FRAMEINDEX) / 255.0), 1.0); }')
    for (const [frame, red, blue] of [[0, 26, 0], [1, 51, 1], [1, 51, 1], [2, 77, 3], [3, 102, 6]] as const) near(pixelAt(gpu, run(one, frame), 3, 2), [red, 0, blue, 255])
    one.instance.reset += 1
    near(pixelAt(gpu, run(one, 4), 3, 2), [26, 0, 0, 255])
    // What is off forgets, as feedback does.
    one.instance.bypass = true
    run(one, 5)
    one.instance.bypass = false
    near(pixelAt(gpu, run(one, 6), 3, 2), [26, 0, 0, 255])
    one.chain.close()
  })

  it('keeps no number that is none, and none without end', () => {
    const one = played('runaway', { INPUTS: [IMAGE, { NAME: 'zero', TYPE: 'float' }], PASSES: [{ TARGET: 'kept', PERSISTENT: true, FLOAT: true }, {}] },
      'void main() { vec4 before = IMG_THIS_PIXEL(kept); if (PASSINDEX == 0) gl_FragColor = vec4(before.r * 1e9 + 1.0, 0.0 / zero, FRAMEINDEX < 3 ? log(-1.0 - zero) : 0.2, 1.0); else gl_FragColor = vec4(before.r > 6e4 ? 1.0 : 0.0, before.g, before.b, 1.0); }')
    for (let n = 0; n < 4; n++) run(one, n)
    near(pixelAt(gpu, run(one, 4), 1, 1), [255, 0, 51, 255])
    one.chain.close()
  })

  it('sees an event for one tick', () => {
    const one = played('event', { INPUTS: [IMAGE, { NAME: 'flash', TYPE: 'event' }] }, 'void main() { gl_FragColor = vec4(vec3(flash ? 1.0 : 0.0), 1.0); }')
    const seen = (n: number) => pixelAt(gpu, run(one, n), 0, 0)[0]
    expect([seen(0), seen(1)]).toEqual([0, 0])
    one.instance.values['flash'] = 1
    expect([seen(2), seen(2), seen(3)]).toEqual([255, 255, 0])
    // Pressed while nobody could see it, it is not pressed later.
    one.instance.bypass = true
    one.instance.values['flash'] = 2
    run(one, 4)
    one.instance.bypass = false
    expect(seen(5)).toBe(0)
    one.chain.close()
  })

  it('hears as many samples and bins as it asks for', () => {
    const wave = Float32Array.from({ length: 512 }, (_, i) => (i === 300 ? -0.8 : 0.2))
    const spectrum = Float32Array.from({ length: 256 }, (_, i) => (i < 64 ? 0.1 : i === 100 ? 0.9 : 0.4))
    const one = played('sound', { INPUTS: [{ NAME: 'wave', TYPE: 'audio' }, { NAME: 'loud', TYPE: 'audio', MAX: 1 }, { NAME: 'notes', TYPE: 'audioFFT', MAX: 4 }] },
      'void main() { float x = gl_FragCoord.x - 0.5; gl_FragColor = x < 4.0 ? vec4(IMG_PIXEL(notes, vec2(x + 0.5, 0.5)).g, IMG_SIZE(notes).x / 255.0, 0.0, 1.0) : vec4(IMG_NORM_PIXEL(wave, vec2(0.25, 0.5)).b, IMG_SIZE(wave).x / 1024.0, IMG_THIS_PIXEL(loud).r, 1.0); }')
    const out = run(one, 0, { sound: { wave, spectrum } })
    near([0, 1, 2, 3].map((x) => pixelAt(gpu, out, x, 0)[0] ?? 0), [26, 230, 102, 102])
    near(pixelAt(gpu, out, 0, 0), [26, 4, 0, 255])
    near(pixelAt(gpu, out, 5, 0), [153, 128, 26, 255])
    // Silence is a state like any other.
    near(pixelAt(gpu, run(one, 1), 5, 0), [128, 128, 128, 255])
    near(pixelAt(gpu, run(one, 1), 0, 0), [0, 4, 0, 255])
    one.chain.close()
  })

  it('takes varyings from its .vs, which may move what is drawn', () => {
    const one = played('corners', { INPUTS: [IMAGE, { NAME: 'by', TYPE: 'float', MIN: 0, MAX: 2, DEFAULT: 0 }] }, '#if __VERSION__ <= 120\nvarying vec2 places[2];\n#else\nin vec2 places[2];\n#endif\nvoid main() { gl_FragColor = vec4(places[1], 0.5, 1.0); }',
      { vertex: 'varying vec2 places[2];\nvoid main() {\n  isf_vertShaderInit();\n  places[0] = isf_FragNormCoord;\n  places[1] = isf_FragNormCoord * 0.5;\n  gl_Position.x += by;\n}' })
    near(pixelAt(gpu, run(one), 7, 0), [120, 112, 128, 255])
    one.instance.values['by'] = 1
    expect(pixelAt(gpu, run(one), 3, 0)).toEqual([0, 0, 0, 0])
    near(pixelAt(gpu, run(one), 4, 0), [8, 112, 128, 255])
    one.chain.close()
  })

  it('sees the subject\'s mask as maskImage, and applies inside it', () => {
    const mask = filledMask(gpu, ...SIZE, (x) => (x < 4 ? 255 : 51))
    const one = played('mask', { INPUTS: [IMAGE, { NAME: 'maskImage', TYPE: 'image' }] }, 'void main() { gl_FragColor = vec4(IMG_THIS_PIXEL(maskImage).rgb, 1.0); }')
    near(pixelAt(gpu, run(one, 0, {}, drawnOf(ramp, mask)), 1, 1), [255, 255, 255, 255])
    near(pixelAt(gpu, run(one, 1, {}, drawnOf(ramp, mask)), 6, 1), [51, 51, 51, 255])
    one.instance.maskMode = 'inside'
    near(pixelAt(gpu, run(one, 2, {}, drawnOf(ramp, mask)), 6, 1), [180 * 0.8 + 51 * 0.2, 60 * 0.8 + 51 * 0.2, 51 * 0.2, 255])
    one.chain.close()
    mask.close()
  })

  it('reads and writes straight alpha, where Doppel has it premultiplied', () => {
    // Half transparent: red 200 at alpha 128 is premultiplied 100.
    const half = filledTarget(gpu, ...SIZE, () => [100, 0, 0, 128])
    const one = played('alpha', { INPUTS: [IMAGE] }, 'void main() { vec4 c = IMG_THIS_PIXEL(inputImage); gl_FragColor = vec4(c.r, c.r, 0.0, 0.25); }')
    near(pixelAt(gpu, run(one, 0, {}, drawnOf(half)), 0, 0), [50, 50, 0, 64])
    one.chain.close()
    const handed = played('handed', { INPUTS: [IMAGE] }, 'vec4 look(sampler2D s) { return texture2D(s, isf_FragNormCoord); }\nvoid main() { vec4 c = look(inputImage); gl_FragColor = vec4(c.r, c.r, 0.0, 0.25); }')
    near(pixelAt(gpu, run(handed, 0, {}, drawnOf(half)), 0, 0), [50, 50, 0, 64])
    handed.chain.close()
    const generated = played('generated', { INPUTS: [] }, 'void main() { gl_FragColor = vec4(0.0, 0.0, 1.0, 0.5); }')
    near(pixelAt(gpu, run(generated, 0, {}, drawnOf(half)), 0, 0), [50, 0, 128, 192])
    generated.chain.close()
    half.close()
  })

  it('knows the moment: time since it began, the date, the beat', () => {
    const one = played('moment', { INPUTS: [{ NAME: 'beatPhase', TYPE: 'float' }, { NAME: 'barPhase', TYPE: 'float' }, { NAME: 'bpm', TYPE: 'float' }] },
      'void main() { int x = int(gl_FragCoord.x); gl_FragColor = x == 0 ? vec4(beatPhase, barPhase, bpm / 255.0, 1.0) : x == 1 ? vec4(TIME, TIMEDELTA, float(FRAMEINDEX) / 255.0, 1.0) : vec4((DATE.x - 1900.0) / 255.0, DATE.y / 255.0, DATE.z / 255.0, 1.0); }')
    run(one, 60)
    const out = run(one, 90, { beat: 5.25 })
    near(pixelAt(gpu, out, 0, 0), [64, 80, 120, 255])
    near(pixelAt(gpu, out, 1, 0), [128, 4, 30, 255])
    near(pixelAt(gpu, out, 2, 0), [70, 1, 1, 255])
    near(pixelAt(gpu, run(one, 91, { wall: new Date(2031, 4, 9).getTime() }), 2, 0), [131, 5, 9, 255])
    one.chain.close()
  })

  it('may change the size of a buffer by an input, within what was taken for it', () => {
    const one = played('sized', { INPUTS: [IMAGE, { NAME: 'share', TYPE: 'float', MIN: 0.25, MAX: 1, DEFAULT: 1 }], PASSES: [{ TARGET: 'small', WIDTH: '$WIDTH*$share', HEIGHT: '$HEIGHT*$share' }, {}] },
      'void main() { gl_FragColor = PASSINDEX == 0 ? IMG_NORM_PIXEL(inputImage, isf_FragNormCoord) : vec4(IMG_NORM_PIXEL(small, vec2(1.0, 0.0)).rg, IMG_SIZE(small).x / 255.0, 1.0); }')
    near(pixelAt(gpu, run(one), 0, 0), [210, 180, 8, 255])
    const before = gpu.allocated()
    one.instance.values['share'] = 0.25
    near(pixelAt(gpu, run(one, 1), 0, 0), [165, 90, 2, 255], 2)
    expect(gpu.allocated()).toBe(before)
    one.chain.close()
  })

  it('looks at pictures it imports', () => {
    const png = new PNG({ width: 2, height: 2 })
    png.data = Buffer.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 128])
    writeFileSync(join(room.dir, 'four.png'), PNG.sync.write(png))
    const one = played('imported', { INPUTS: [], IMPORTED: { four: { PATH: 'four.png' } } }, 'void main() { gl_FragColor = IMG_PIXEL(four, floor(isf_FragNormCoord * 2.0) + 0.5); }')
    const out = run(one)
    near(pixelAt(gpu, out, 0, 0), [255, 0, 0, 255])
    near(pixelAt(gpu, out, 7, 0), [0, 255, 0, 255])
    near(pixelAt(gpu, out, 0, 3), [0, 0, 255, 255])
    // Over the picture, where red is 210 and green 180.
    near(pixelAt(gpu, out, 7, 3), [128 + 105, 128 + 90, 128, 255], 2)
    one.chain.close()
  })

  it('that does not compile says so in its own file and line', () => {
    const path = room.write('broken.fs', { INPUTS: [IMAGE] }, 'void main() {\n  gl_FragColor = vec4(nothing);\n}')
    expect(() => playIsf(gpu, path, SIZE)).toThrow(/broken\.fs:3: .*nothing/)
    const corners = room.write('broken-corners.fs', { INPUTS: [IMAGE] }, 'void main() { gl_FragColor = vec4(1.0); }', 'void main() {\n\n  isf_vertShaderInit();\n  gl_Position = nothing;\n}')
    expect(() => playIsf(gpu, corners, SIZE)).toThrow(/broken-corners\.vs:4: .*nothing/)
  })

  it('leaves nothing behind, neither when it is closed nor when it fails', () => {
    const header = { INPUTS: [IMAGE, { NAME: 'notes', TYPE: 'audioFFT', MAX: 8 }], PASSES: [{ TARGET: 'a', PERSISTENT: true }, { TARGET: 'b', FLOAT: true }, {}] }
    const before = gpu.allocated()
    const one = played('closed', header, 'vec4 look(sampler2D s) { return texture2D(s, isf_FragNormCoord); }\nvoid main() { gl_FragColor = look(inputImage); }')
    expect(gpu.allocated()).toBeGreaterThan(before)
    one.chain.close()
    expect(gpu.allocated()).toBe(before)
    expect(() => played('failed', header, 'void main() { gl_FragColor = oh; }')).toThrow(/failed\.fs:2/)
    expect(gpu.allocated()).toBe(before)
  })

  it('that takes too much memory is refused', () => {
    const path = room.write('huge.fs', { INPUTS: [IMAGE], PASSES: Array.from({ length: 8 }, (_, i) => ({ TARGET: `t${i}`, WIDTH: 8192, HEIGHT: 8192 })) }, 'void main() { gl_FragColor = vec4(1.0); }')
    expect(() => playIsf(gpu, path, SIZE)).toThrow('its PASSES take 537 million pixels at 8x4, of which 133 million are the most')
  })

  it('that is saved again is taken over; one that fails, or has other inputs, leaves the last good one', () => {
    const header = { INPUTS: [IMAGE, { NAME: 'level', TYPE: 'float' }] }
    const body = (blue: string) => `void main() { gl_FragColor = vec4(0.0, 0.0, ${blue}, 1.0); }`
    const one = played('saved', header, body('0.2'))
    const { shader } = openIsf(join(room.dir, 'saved.fs'))
    expect(pixelAt(gpu, run(one, 0), 0, 0)[2]).toBe(51)
    room.write('saved.fs', { ...header, PASSES: [{ TARGET: 'now' }, {}] }, body('0.4'))
    one.chain.reload(shader)
    expect(pixelAt(gpu, run(one, 1), 0, 0)[2]).toBe(102)
    room.write('saved.fs', header, '\nvoid main() { gl_FragColor = oh; }')
    one.chain.reload(shader)
    room.write('saved.fs', { INPUTS: [IMAGE] }, body('1.0'))
    one.chain.reload(shader)
    expect(one.faults.map(({ message }) => message)).toEqual([expect.stringMatching(/saved\.fs:3: .*oh.*; the last good version plays on/), expect.stringMatching(/its INPUTS are not those it was opened with; the last good version plays on/)])
    one.faults.length = 0
    expect(pixelAt(gpu, run(one, 2), 0, 0)[2]).toBe(102)
    one.chain.close()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PIXEL_FORMATS, PIXEL_FORMAT_IDS, type PixelFormat, type PixelFormatId } from '../../src/engine/pixels.js'
import type { ColourMatrix, Frame, Rotation } from '../../src/engine/types.js'
import { openGpu } from '../../src/gl/context.js'
import { createPictureStage } from '../../src/gl/picture.js'
import type { Gpu } from '../../src/gl/types.js'
import { frameOf, moment, pixelAt, pixelsOf, scatter, shaders } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const stageOf = (width: number, height: number, more: { norm16?: boolean; texts?: Record<string, string> } = {}) =>
  createPictureStage(gpu, { width, height, shaderText: shaders(more.texts ?? {}), ...(more.norm16 !== undefined && { norm16: more.norm16 }) })

// Kr and Kb as printed in the ITU-R recommendations; written out apart from the code under test.
const KR_KB: Record<string, [number, number]> = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] }

/** The colour of decoded samples 0..most, 0..255, straight from the recommendations' definitions. */
const colourOf = (format: PixelFormat, matrix: ColourMatrix, fullRange: boolean, c: readonly number[]): number[] => {
  const most = 2 ** format.bits - 1
  const unit = 2 ** (format.bits - 8)
  const luma = (v: number) => (fullRange ? v / most : (v - 16 * unit) / (219 * unit))
  const chroma = (v: number) => (fullRange ? (v - 128 * unit) / most : (v - 128 * unit) / (224 * unit))
  const [a = 0, b = 0, d = 0] = c
  const clamp = (v: number) => 255 * Math.min(1, Math.max(0, v))
  if (format.model === 'grey') return [luma(a), luma(a), luma(a)].map(clamp)
  if (format.model === 'rgb') return [luma(a), luma(b), luma(d)].map(clamp)
  const [kr, kb] = KR_KB[matrix] ?? [0, 0]
  const y = luma(a)
  const red = y + 2 * (1 - kr) * chroma(d)
  const blue = y + 2 * (1 - kb) * chroma(b)
  return [red, (y - kr * red - kb * blue) / (1 - kr - kb), blue].map(clamp)
}

/** Sample of a plane at a place in its own pixels (centres at halves), blended between its neighbours, edges repeated. */
const blended = (width: number, height: number, x: number, y: number, at: (x: number, y: number) => number): number => {
  const [x0, y0] = [Math.floor(x - 0.5), Math.floor(y - 0.5)]
  const [fx, fy] = [x - 0.5 - x0, y - 0.5 - y0]
  const read = (i: number, j: number) => at(Math.min(width - 1, Math.max(0, i)), Math.min(height - 1, Math.max(0, j)))
  return (read(x0, y0) * (1 - fx) + read(x0 + 1, y0) * fx) * (1 - fy) + (read(x0, y0 + 1) * (1 - fx) + read(x0 + 1, y0 + 1) * fx) * fy
}

/** Every pixel of an upright 1:1 picture, RGBA premultiplied, top row first. */
const expected = (frame: Frame, code: (p: number, c: number, x: number, y: number) => number): number[] => {
  const format: PixelFormat = PIXEL_FORMATS[frame.format]
  const most = 2 ** format.bits - 1
  const out: number[] = []
  for (let y = 0; y < frame.height; y++) for (let x = 0; x < frame.width; x++) {
    const samples = format.planes.flatMap(({ components, shiftX, shiftY }, p) => Array.from({ length: components }, (_, c) => {
      // Chroma is level with the left column and between the two rows: place 2j + 0.5 across, 2j + 1 down.
      const px = shiftX ? (x + 0.5 - 0.5) / 2 + 0.5 : x + 0.5
      const py = shiftY ? (y + 0.5) / 2 : y + 0.5
      return blended((frame.width + shiftX) >> shiftX, (frame.height + shiftY) >> shiftY, px, py, (i, j) => code(p, c, i, j))
    }))
    const ordered = format.model === 'rgb' && format.planes.length > 1 ? [samples[2], samples[0], samples[1]] : samples
    const alpha = format.alpha ? (samples[3] ?? 0) / most : 1
    out.push(...colourOf(format, frame.matrix, frame.fullRange, ordered as number[]).map((v) => v * alpha), alpha * 255)
  }
  return out
}

const flipped = (pixels: Uint8Array, width: number): number[] => {
  const rows = Array.from({ length: pixels.length / width / 4 }, (_, y) => [...pixels.subarray(y * width * 4, (y + 1) * width * 4)])
  return rows.reverse().flat()
}

const differences = (id: PixelFormatId, matrix: ColourMatrix, fullRange: boolean, norm16?: boolean): { worst: number; maskWorst: number } => {
  const [width, height] = [13, 7]
  const format: PixelFormat = PIXEL_FORMATS[id]
  // Any code may come, out of the legal range too. Chroma goes in steps of 4, so that its blends (by halves across and by
  // quarters down) are whole: software GL filters in 8 bits, and its rounding is not what is tested here.
  const code = (p: number, c: number, x: number, y: number) => {
    const most = 2 ** format.bits - 1
    const chroma = format.model === 'yuv' && (p === 1 || p === 2)
    return chroma ? (most + 1) / 4 + 8 * (p + c) + 12 * (scatter(x) % 8) + 12 * y : scatter(p, c, x, y) % (most + 1)
  }
  const frame = frameOf(id, width, height, { code, frame: { matrix, fullRange } })
  const stage = stageOf(width, height, norm16 === undefined ? {} : { norm16 })
  const drawn = stage.draw(frame, 'letterbox', moment())
  const actual = flipped(pixelsOf(gpu, drawn.colour), width)
  const wanted = expected(frame, code)
  const worst = Math.max(...wanted.map((v, i) => Math.abs(v - (actual[i] ?? 0))))
  let maskWorst = 0
  if (format.alpha) {
    const mask = drawn.mask ? flipped(pixelsOf(gpu, drawn.mask), width) : []
    maskWorst = Math.max(...wanted.filter((_, i) => i % 4 === 3).map((v, i) => Math.abs(v - (mask[i * 4] ?? -999))))
  } else if (drawn.mask) maskWorst = 999
  stage.close()
  return { worst, maskWorst }
}

describe('pictures to RGB', () => {
  for (const id of PIXEL_FORMAT_IDS) {
    for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
      for (const fullRange of [false, true]) {
        it(`${id} ${matrix} ${fullRange ? 'full' : 'limited'}: every pixel within 1/255`, () => {
          const { worst, maskWorst } = differences(id, matrix, fullRange)
          expect(worst).toBeLessThanOrEqual(1)
          expect(maskWorst).toBeLessThanOrEqual(1)
        })
      }
    }
  }
  for (const id of ['yuv420p10le', 'p010le', 'yuva444p12le', 'p210le'] as const) {
    it(`${id} without 16 bit textures: the same`, () => {
      expect(differences(id, 'bt709', false, false)).toSatisfy(({ worst, maskWorst }: { worst: number; maskWorst: number }) => worst <= 1 && maskWorst <= 1)
    })
  }
  it('leaves no GL error behind', () => { expect(gpu.gl.getError()).toBe(0) })
})

describe('planes', () => {
  it('are read with padding after their rows, whole texels or not, from shared memory or not', () => {
    const code = (p: number, c: number, x: number, y: number) => scatter(p, c, x, y) & 255
    for (const [id, padding] of [['yuv420p', 19], ['nv12', 6], ['nv12', 7], ['rgba', 8], ['rgba', 5]] as const) {
      for (const shared of [true, false]) {
        const stage = stageOf(9, 5)
        const tight = pixelsOf(gpu, stage.draw(frameOf(id, 9, 5, { code }), 'stretch', moment()).colour)
        const padded = pixelsOf(gpu, stage.draw(frameOf(id, 9, 5, { code, padding, shared, frame: { seq: 2 } }), 'stretch', moment()).colour)
        expect(padded, `${id} + ${padding}`).toEqual(tight)
        stage.close()
      }
    }
    expect(gpu.gl.getError()).toBe(0)
  })

  it('that are shorter than the picture are refused, and the next good picture is shown', () => {
    const stage = stageOf(4, 4)
    const frame = frameOf('gray', 4, 4, { code: () => 235 })
    const [plane] = frame.planes
    const short = { ...frame, planes: plane ? [{ ...plane, data: plane.data.subarray(0, 10) }] : [] }
    expect(() => stage.draw(short, 'fill', moment())).toThrow(/plane 0 of a gray picture of 4x4/)
    expect(pixelAt(gpu, stage.draw(frame, 'fill', moment()).colour, 1, 1)).toEqual([255, 255, 255, 255])
    stage.close()
  })

  it('the driver does not take are reported, and taken when it does', () => {
    const stage = stageOf(4, 4)
    const { gl } = gpu
    const before = gl.texSubImage2D
    gl.texSubImage2D = () => { gl.bindFramebuffer(0xffff, null) }
    const frame = frameOf('gray', 4, 4, { code: () => 235 })
    expect(() => stage.draw(frame, 'fill', moment())).toThrow('refused to take in a picture of 4x4 (GL error 0x500)')
    gl.texSubImage2D = before
    expect(pixelAt(gpu, stage.draw(frame, 'fill', moment()).colour, 1, 1)).toEqual([255, 255, 255, 255])
    stage.close()
  })

  it('are uploaded and drawn only when seq or fit is new', () => {
    const stage = stageOf(4, 4)
    const first = stage.draw(frameOf('gray', 4, 4, { code: () => 16 }), 'fill', moment()).seq
    const same = stage.draw(frameOf('gray', 4, 4, { code: () => 235 }), 'fill', moment(1))
    expect(same.seq).toBe(first)
    expect(pixelAt(gpu, same.colour, 0, 0)).toEqual([0, 0, 0, 255])
    const next = stage.draw(frameOf('gray', 4, 4, { code: () => 235, frame: { seq: 2 } }), 'fill', moment(2))
    expect(next.seq).toBe(first + 1)
    expect(pixelAt(gpu, next.colour, 0, 0)).toEqual([255, 255, 255, 255])
    expect(stage.draw(frameOf('gray', 4, 4, { code: () => 235, frame: { seq: 2 } }), 'letterbox', moment(3)).seq).toBe(first + 2)
    stage.close()
  })
})

const [RED, GREEN, BLUE, WHITE] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]] as const
/** Red top left, green top right, blue bottom left, white bottom right. */
const corners = (width: number, height: number, frame: Partial<Frame>) =>
  frameOf('rgba', width, height, { code: (_, c, x, y) => [...(y * 2 < height ? (x * 2 < width ? RED : GREEN) : x * 2 < width ? BLUE : WHITE), 255][c] ?? 0, frame: { matrix: 'rgb', fullRange: true, ...frame } })

describe('placing', () => {
  const seen = (frame: Frame, width: number, height: number, fit: 'letterbox' | 'fill' | 'stretch') => {
    const stage = stageOf(width, height)
    const { colour } = stage.draw(frame, fit, moment())
    const all = pixelsOf(gpu, colour)
    const at = (x: number, y: number) => [...all.subarray(((height - 1 - y) * width + x) * 4, ((height - 1 - y) * width + x) * 4 + 4)]
    stage.close()
    return at
  }
  const cases: Record<Rotation, readonly (readonly number[])[]> = {
    0: [RED, GREEN, BLUE, WHITE],
    90: [BLUE, RED, WHITE, GREEN],
    180: [WHITE, BLUE, GREEN, RED],
    270: [GREEN, WHITE, RED, BLUE],
  }
  for (const rotation of [0, 90, 180, 270] as const) {
    it(`stands a picture upright that must be turned by ${rotation} degrees clockwise`, () => {
      const [w, h] = rotation % 180 === 0 ? [40, 24] : [24, 40]
      const at = seen(corners(40, 24, { rotation }), w, h, 'letterbox')
      const found = [at(2, 2), at(w - 3, 2), at(2, h - 3), at(w - 3, h - 3)].map((c) => c.slice(0, 3))
      expect(found).toEqual(cases[rotation])
    })
  }
  it('letterboxes with transparent bars, fills by cutting, stretches by distorting', () => {
    const wide = corners(40, 20, {})
    const boxed = seen(wide, 40, 40, 'letterbox')
    expect([boxed(1, 9), boxed(1, 10), boxed(38, 29), boxed(38, 30)]).toEqual([[0, 0, 0, 0], [...RED, 255], [...WHITE, 255], [0, 0, 0, 0]])
    const filled = seen(wide, 40, 40, 'fill')
    expect([filled(0, 0), filled(18, 18), filled(21, 21), filled(39, 39)]).toEqual([[...RED, 255], [...RED, 255], [...WHITE, 255], [...WHITE, 255]])
    const stretched = seen(wide, 40, 40, 'stretch')
    expect([stretched(0, 0), stretched(39, 0), stretched(0, 39), stretched(39, 39)]).toEqual([RED, GREEN, BLUE, WHITE].map((c) => [...c, 255]))
  })
  it('widens pixels that are not square, before turning', () => {
    const at = seen(corners(20, 20, { pixelAspect: 2 }), 40, 40, 'letterbox')
    expect([at(0, 9), at(0, 10), at(39, 29), at(39, 30)]).toEqual([[0, 0, 0, 0], [...RED, 255], [...WHITE, 255], [0, 0, 0, 0]])
    const turned = seen(corners(20, 20, { pixelAspect: 2, rotation: 90 }), 40, 40, 'letterbox')
    expect([turned(9, 0), turned(10, 0), turned(29, 39), turned(30, 39)]).toEqual([[0, 0, 0, 0], [...BLUE, 255], [...GREEN, 255], [0, 0, 0, 0]])
  })
  it('does not alias when a picture is made much smaller', () => {
    // Stripes: looked at once per canvas pixel they would come out black, white, or beating between the two.
    for (const [side, stripe] of [[16, 1], [13, 1], [13, 2], [11, 3], [31, 1]] as const) {
      const stage = stageOf(side, side)
      const frame = frameOf('gray', 96, 96, { code: (_, __, x) => (Math.floor(x / stripe) % 2 ? 255 : 0), frame: { fullRange: true } })
      const reds = pixelsOf(gpu, stage.draw(frame, 'fill', moment()).colour).filter((_, i) => i % 4 === 0)
      expect(Math.min(...reds), `stripes of ${stripe} at ${side}`).toBeGreaterThan(80)
      expect(Math.max(...reds), `stripes of ${stripe} at ${side}`).toBeLessThan(175)
      stage.close()
    }
  })
})

describe('drawings', () => {
  const TEXT = `uniform float level;
uniform vec2 spots[3];
void generate(vec2 uv, out vec4 colour, out vec4 mask) {
  colour = vec4(level, spots[2].y, beatPhase, 1.0);
  mask = vec4(uv.x < 0.5 ? 1.0 : 0.25);
  if (resolution.x != 8.0 || resolution.y != 4.0) colour = vec4(1.0, 0.0, 1.0, 1.0);
}`
  const drawing = (seq: number, level: number) => ({ kind: 'drawing' as const, shader: 'g.frag', width: 16, height: 8, subjects: 1, seq, capturedAt: 0, mediaTime: 0, uniforms: { level, spots: new Float32Array([0, 0, 0, 0, 0, 0.4]), unused: 1 } })

  it('draw colour and mask where the picture lies, with their own uniforms and the moment', () => {
    const stage = stageOf(8, 8, { texts: { 'g.frag': TEXT } })
    const { colour, mask } = stage.draw(drawing(1, 0.2), 'letterbox', moment(0, { beat: 7.6 }))
    expect(pixelAt(gpu, colour, 3, 3)).toEqual([51, 102, 153, 255])
    expect(pixelAt(gpu, colour, 3, 1)).toEqual([0, 0, 0, 0])
    expect(mask && [pixelAt(gpu, mask, 0, 3)[0], pixelAt(gpu, mask, 7, 3)[0], pixelAt(gpu, mask, 0, 0)[0]]).toEqual([255, 64, 0])
    expect(pixelAt(gpu, stage.draw(drawing(2, 1), 'letterbox', moment()).colour, 3, 3)[0]).toBe(255)
    expect(gpu.gl.getError()).toBe(0)
    stage.close()
  })
  it('that do not compile say where, each time they are asked for', () => {
    const stage = stageOf(8, 8, { texts: { 'g.frag': 'void generate(vec2 uv, out vec4 colour, out vec4 mask) {\n  colour = wrong;\n}' } })
    for (let i = 0; i < 2; i++) expect(() => stage.draw(drawing(1, 0), 'fill', moment())).toThrow(/^g\.frag:2: .*wrong/)
    stage.close()
  })
})

/** One plane of a pixel format: samples per pixel group and how its size follows from the picture's. */
export interface PlaneFormat {
  /** 1 (R), 2 (RG) or 4 (RGBA) samples per texel. */
  readonly components: 1 | 2 | 4
  /** log2 of the horizontal and vertical subsampling. */
  readonly shiftX: 0 | 1
  readonly shiftY: 0 | 1
}

export interface PixelFormat {
  readonly model: 'yuv' | 'rgb' | 'grey'
  /** Significant bits per sample. Above 8, samples are two little-endian bytes. */
  readonly bits: 8 | 10 | 12 | 16
  /** Position of the significant bits in a two-byte sample: `low` for yuv420p10, `high` for P010. */
  readonly packing: 'low' | 'high'
  /** In order: Y U V [A], Y UV, G B R [A] (planar RGB), RGBA or grey. */
  readonly planes: readonly PlaneFormat[]
  readonly alpha: boolean
}

const full = (components: 1 | 2 | 4): PlaneFormat => ({ components, shiftX: 0, shiftY: 0 })
const sub = (components: 1 | 2 | 4, shiftX: 0 | 1, shiftY: 0 | 1): PlaneFormat => ({ components, shiftX, shiftY })
const planar = (shiftX: 0 | 1, shiftY: 0 | 1): PlaneFormat[] => [full(1), sub(1, shiftX, shiftY), sub(1, shiftX, shiftY)]
const yuv = (bits: PixelFormat['bits'], planes: PlaneFormat[], packing: PixelFormat['packing'] = 'low'): PixelFormat => ({
  model: 'yuv', bits, packing, planes, alpha: planes.length === 4,
})

/** Every layout that goes to the GPU as it is. Names follow FFmpeg's; a ring slot stores the index of the name. */
export const PIXEL_FORMATS = {
  gray: { model: 'grey', bits: 8, packing: 'low', planes: [full(1)], alpha: false },
  rgba: { model: 'rgb', bits: 8, packing: 'low', planes: [full(4)], alpha: true },
  gbrp: { model: 'rgb', bits: 8, packing: 'low', planes: [full(1), full(1), full(1)], alpha: false },
  gbrap: { model: 'rgb', bits: 8, packing: 'low', planes: [full(1), full(1), full(1), full(1)], alpha: true },
  yuv420p: yuv(8, planar(1, 1)),
  yuv422p: yuv(8, planar(1, 0)),
  yuv444p: yuv(8, planar(0, 0)),
  yuva420p: yuv(8, [...planar(1, 1), full(1)]),
  yuva422p: yuv(8, [...planar(1, 0), full(1)]),
  yuva444p: yuv(8, [...planar(0, 0), full(1)]),
  nv12: yuv(8, [full(1), sub(2, 1, 1)]),
  nv16: yuv(8, [full(1), sub(2, 1, 0)]),
  yuv420p10le: yuv(10, planar(1, 1)),
  yuv422p10le: yuv(10, planar(1, 0)),
  yuv444p10le: yuv(10, planar(0, 0)),
  yuv420p12le: yuv(12, planar(1, 1)),
  yuv422p12le: yuv(12, planar(1, 0)),
  yuv444p12le: yuv(12, planar(0, 0)),
  yuva444p10le: yuv(10, [...planar(0, 0), full(1)]),
  yuva444p12le: yuv(12, [...planar(0, 0), full(1)]),
  p010le: yuv(10, [full(1), sub(2, 1, 1)], 'high'),
  p210le: yuv(10, [full(1), sub(2, 1, 0)], 'high'),
} as const satisfies Record<string, PixelFormat>

export type PixelFormatId = keyof typeof PIXEL_FORMATS

export const PIXEL_FORMAT_IDS = Object.keys(PIXEL_FORMATS) as PixelFormatId[]

export interface PlaneSize {
  readonly width: number
  readonly height: number
  /** Bytes of one tightly packed row. */
  readonly rowBytes: number
}

/** Sizes of every plane of a `width` x `height` picture; odd sizes round subsampled planes up. */
export const planeSizes = (format: PixelFormat, width: number, height: number): PlaneSize[] =>
  format.planes.map(({ components, shiftX, shiftY }) => {
    const w = (width + shiftX) >> shiftX
    const h = (height + shiftY) >> shiftY
    return { width: w, height: h, rowBytes: w * components * (format.bits > 8 ? 2 : 1) }
  })

import { DoppelError } from '../../engine/error.js'
import type { PixelBuffer } from '../../native/gles.js'
import { createProgram, type Program } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu } from '../types.js'
import type { Masks } from './masks.js'

/** How a picture is divided for measuring: `columns` x `rows` square cells of `size` pixels; the last ones may reach beyond it. */
export interface CellGrid {
  readonly width: number
  readonly height: number
  readonly size: number
  readonly columns: number
  readonly rows: number
}

/** About 64x36 cells, whatever the shape. Their size is even, for a filtered look covers two pixels. */
export const cellGrid = (width: number, height: number): CellGrid => {
  const size = Math.max(2, 2 * Math.round(Math.sqrt((width * height) / (64 * 36)) / 2))
  return { width, height, size, columns: Math.ceil(width / size), rows: Math.ceil(height / size) }
}

/**
 * One mask in cells, RGBA each: how much of the cell it covers; left and right, bottom and top of what is more than
 * {@link SOLID} opaque in it (two 4 bit numbers, low and high, 15 being the cell's size); 1 where there is any such, about a half
 * where there is anything at all, 0 where it is empty.
 */
export type Cells = Uint8Array

/** Which of a read's pictures: 0 is the chosen mask, i + 1 is subject i. Valid only inside the call. */
export type TakeCells = (index: number, cells: Cells) => void

export interface CellReader {
  readonly grid: CellGrid
  /** Measures the masks as they are now. False when the last two reads have not arrived (then nothing is measured). */
  issue(masks: Masks): boolean
  /** Gives what arrived last, waiting for the newest one if told; false when there is nothing new. */
  collect(take: TakeCells, wait: boolean): boolean
  /** The chosen mask's cells as they were issued last, if they have arrived (waiting for them if told); `collect` gives them all the same. Valid until anything else is called. */
  peek(wait: boolean): Cells | undefined
  /** Forgets what is on its way. */
  drop(): void
  close(): void
}

/** Softness of cut-outs is half a pixel or more: what is at least so opaque belongs to the subject's box. */
export const SOLID = 0.4
const DEPTH = 2
/**
 * Cells stand in strips of so many columns, each beginning where a tile does: drivers that draw on the CPU share a picture among their
 * threads by tiles of 64 pixels, and one thread would do all the measuring else.
 */
const STRIP = 16
const TILE = 64
const PATIENCE_MS = 5000

/**
 * Each cell is looked at in blocks of 2x2 pixels; those beyond the picture's edge count for nothing, those across it by half. Between strips
 * nothing is looked at. Places are sums and no quotients, and the reach is counted in blocks to the end: a CPU divides slowly, and there are
 * a hundred blocks to a cell.
 */
const source = (sampler: string, at: string): string => `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
in vec2 hostUv;
uniform ${sampler} mask;
uniform float layer;
uniform vec2 canvas;
uniform int bottom;
uniform float blocks;
out vec4 cell;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  int along = here.x & ${TILE - 1};
  vec2 corner = vec2((here.x >> ${Math.log2(TILE)}) * ${STRIP} + along, here.y - bottom) * (blocks * 2.0);
  vec2 texel = 1.0 / canvas;
  // Blocks there are, by halves where the edge goes through one.
  vec2 inside = along < ${STRIP} ? 0.5 * (canvas - corner) : vec2(0.0);
  vec2 last = min(ceil(inside), blocks);
  float sum = 0.0;
  vec4 reach = vec4(blocks, -1.0, blocks, -1.0);
  vec2 at;
  at.y = (corner.y + 1.0) * texel.y;
  for (float y = 0.0; y < last.y; y += 1.0) {
    at.x = (corner.x + 1.0) * texel.x;
    float row = 0.0;
    float most = 0.0;
    for (float x = 0.0; x < last.x; x += 1.0) {
      float seen = texture(mask, ${at}).r;
      row += seen * min(inside.x - x, 1.0);
      most = max(most, seen);
      reach.x = seen > ${SOLID} ? min(reach.x, x) : reach.x;
      reach.y = seen > ${SOLID} ? max(reach.y, x + 1.0) : reach.y;
      at.x += 2.0 * texel.x;
    }
    sum += row * min(inside.y - y, 1.0);
    reach.z = most > ${SOLID} ? min(reach.z, y) : reach.z;
    reach.w = most > ${SOLID} ? y + 1.0 : reach.w;
    at.y += 2.0 * texel.y;
  }
  vec4 edges = floor(reach * 15.0 / blocks + 0.5);
  cell = reach.y < 0.0 ? vec4(0.0, 0.0, 0.0, sum > 0.0 ? 0.5 : 0.0) : vec4(0.0, (edges.x + 16.0 * edges.y) / 255.0, (edges.z + 16.0 * edges.w) / 255.0, 1.0);
  cell.r = sum / (blocks * blocks);
}
`

/**
 * Measures masks on the GPU and fetches the little that remains through pixel buffers, without waiting for it. Masks stand
 * one above another in one picture: the chosen one, and above it each of `most` subjects. Throws a {@link DoppelError} when the
 * driver refuses.
 */
export const createCellReader = (gpu: Gpu, width: number, height: number, most: number): CellReader => {
  const { gl, gles } = gpu
  const grid = cellGrid(width, height)
  const { columns, rows, size } = grid
  const bytes = columns * rows * 4
  const strips = Math.ceil(columns / STRIP)
  const across = TILE * strips
  const target = createTarget(gpu, { width: across, height: rows * (1 + most), format: 'rgba8', filter: 'nearest' })
  const single = createProgram(gpu, { fragment: source('sampler2D', 'at'), file: 'measuring the mask' })
  const layered = createProgram(gpu, { fragment: source('sampler2DArray', 'vec3(at, layer)'), file: 'measuring the masks' })
  const slots: { readonly buffer: PixelBuffer; pictures: number }[] = Array.from({ length: DEPTH }, () => ({ buffer: gles.createPixelBuffer(across * rows * 4 * (1 + most)), pictures: 0 }))
  const data = new Uint8Array(across * rows * 4 * (1 + most))
  const pictures = Array.from({ length: 1 + most }, (_, i) => data.subarray(i * bytes, (i + 1) * bytes))
  const canvas = [width, height]
  let next = 0
  let pending = 0

  const measure = (program: Program, texture: WebGLTexture, layer: number, row: number) => {
    program.use()
    program.set('canvas', canvas)
    program.set('bottom', row * rows)
    program.set('blocks', size / 2)
    program.set('layer', layer)
    program.texture('mask', texture)
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer)
    gl.viewport(0, row * rows, across, rows)
    program.drawBound()
  }
  /** Moves the strips together, in place: nothing moves to where something is still to be read. */
  const pack = (lines: number) => {
    for (let line = 0; line < lines; line++) for (let strip = 0; strip < strips; strip++) {
      const from = (line * across + strip * TILE) * 4
      data.copyWithin((line * columns + strip * STRIP) * 4, from, from + Math.min(STRIP, columns - strip * STRIP) * 4)
    }
  }
  return {
    grid,
    issue(masks) {
      const slot = slots[next]
      if (!slot || pending === DEPTH) return false
      measure(single, masks.chosen.texture, 0, 0)
      const each = Math.min(most, masks.layered)
      for (let i = 0; i < each; i++) measure(layered, masks.layers, i, i + 1)
      if (!slot.buffer.read(across, rows * (1 + each))) throw new DoppelError('the graphics driver did not take a measured mask back', '')
      slot.pictures = 1 + each
      next = (next + 1) % DEPTH
      pending += 1
      return true
    },
    collect(take, wait) {
      let arrived: (typeof slots)[number] | undefined
      while (pending > 0) {
        const slot = slots[(next - pending + DEPTH) % DEPTH]
        if (!slot?.buffer.arrived(wait ? PATIENCE_MS : 0)) {
          if (wait) throw new DoppelError(`a measured mask did not come back from the graphics card within ${PATIENCE_MS / 1000} s`, 'the graphics driver may hang: restart, or update it')
          break
        }
        arrived = slot
        pending -= 1
      }
      if (!arrived) return false
      if (!arrived.buffer.copyTo(data)) throw new DoppelError('a measured mask could not be fetched from the graphics card', 'the graphics context may be lost: start again')
      pack(rows * arrived.pictures)
      for (let i = 0; i < arrived.pictures; i++) {
        const cells = pictures[i]
        if (cells) take(i, cells)
      }
      return true
    },
    peek(wait) {
      const slot = slots[(next - 1 + DEPTH) % DEPTH]
      if (!slot || slot.pictures === 0 || !slot.buffer.arrived(wait ? PATIENCE_MS : 0) || !slot.buffer.copyTo(data)) return undefined
      pack(rows)
      return pictures[0]
    },
    drop() {
      pending = 0
    },
    close() {
      for (const { buffer } of slots) buffer.close()
      single.close()
      layered.close()
      target.close()
    },
  }
}

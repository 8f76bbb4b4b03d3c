import { MOST_SUBJECTS, type MaskPlanes, type Seed, type SegmenterDecl, type Size, type View } from '../types.js'
import { betweenSteps } from './between-steps.js'
import { createNanoRig, type Place } from './nanotrack-subject.js'
import { boundsOf, boxOf, clicksOf, maskOf, type Box } from './seeding.js'

/** Longest side of the pictures it is given: what its constants were measured at. */
const LONGEST_INPUT = 854
/** Of its masks, which are soft and have no detail. */
const LONGEST_OUTPUT = 256
/** Side of the box a click stands for, as part of the picture's shorter side. */
const CLICK_SIDE = 0.25
/** Half the width of a mask's soft edge, as part of the ellipse's half axes. */
const SOFT = 0.08

const fitted = ({ width, height }: Size, longest: number): Size => {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(16, Math.round(width * scale)), height: Math.max(16, Math.round(height * scale)) }
}

/** The box of a seed, by its most exact part: mask, box, or the clicks with some room about them. */
const seedBox = (seed: Seed, { width, height }: Size): Box | undefined => {
  const mask = maskOf(seed)
  const given = (mask && boundsOf(mask)) ?? boxOf(seed)
  if (given) return given
  const clicks = clicksOf(seed).filter(({ positive }) => positive)
  if (clicks.length === 0) return undefined
  const [xs, ys] = [clicks.map(({ x }) => x), clicks.map(({ y }) => y)]
  const half = (CLICK_SIDE * Math.min(width, height)) / 2
  return [Math.min(...xs) - half / width, Math.min(...ys) - half / height, Math.max(...xs) + half / width, Math.max(...ys) + half / height]
}

const placeOf = ([x0, y0, x1, y1]: Box, { width, height }: Size): Place => {
  const [w, h] = [(x1 - x0) * width, (y1 - y0) * height]
  return { x: x0 * width + (w - 1) / 2, y: y0 * height + (h - 1) / 2, width: w, height: h }
}

/** A soft ellipse in a box: half there on the ellipse itself. */
const drawEllipse = (plane: Uint8Array, { width, height }: Size, place: Place, input: Size): void => {
  plane.fill(0)
  const [sx, sy] = [width / input.width, height / input.height]
  const [cx, cy, a, b] = [place.x * sx, place.y * sy, (place.width / 2) * sx, (place.height / 2) * sy]
  const rows = [Math.max(0, Math.floor(cy - b * (1 + SOFT))), Math.min(height - 1, Math.ceil(cy + b * (1 + SOFT)))] as const
  const columns = [Math.max(0, Math.floor(cx - a * (1 + SOFT))), Math.min(width - 1, Math.ceil(cx + a * (1 + SOFT)))] as const
  for (let y = rows[0]; y <= rows[1]; y++) {
    for (let x = columns[0]; x <= columns[1]; x++) {
      const d = Math.hypot((x + 0.5 - cx) / a, (y + 0.5 - cy) / b)
      plane[y * width + x] = Math.min(1, Math.max(0, (1 + SOFT - d) / (2 * SOFT))) * 255 + 0.5
    }
  }
}

/** NanoTrack v2: follows a box from what it looked like once. Coarse and quick, to keep a subject between slow masks. */
export const nanotrack: SegmenterDecl = {
  id: 'nanotrack',
  label: 'Box tracker (NanoTrack)',
  about: 'Follows any subject as a soft ellipse, in 4 ms each on one core.',
  kind: 'tracker',
  takes: ['clicks', 'boxes', 'masks'],
  most: MOST_SUBJECTS,
  graphs: {
    backbone: {
      // Published at the size of the search crop; the template, which is smaller, goes through it too.
      free: true,
      inputs: { image: { names: ['input'], shape: [1, 3, 'h', 'w'] } },
      outputs: { features: { names: ['output'], shape: [1, 48, 'fh', 'fw'] } },
    },
    head: {
      inputs: { template: { names: ['input1'], shape: [1, 48, 8, 8] }, search: { names: ['input2'], shape: [1, 48, 16, 16] } },
      outputs: { classes: { names: ['output1'], shape: [1, 2, 16, 16] }, boxes: { names: ['output2'], shape: [1, 4, 16, 16] } },
    },
  },
  async open({ backbone, head }, source) {
    if (!backbone || !head) throw new RangeError('nanotrack was opened without its models')
    const input = fitted(source, LONGEST_INPUT)
    const output = fitted(source, LONGEST_OUTPUT)
    const rig = createNanoRig(backbone, head)
    const subjects = Array.from({ length: MOST_SUBJECTS }, () => rig.subject())
    const pending = new Map<number, Box>()
    const between = betweenSteps()
    const stepOne = async (i: number, view: View, out: MaskPlanes) => {
      const subject = subjects[i]
      const box = pending.get(i)
      if (box) {
        pending.delete(i)
        await subject?.begin(view, placeOf(box, input))
      } else await subject?.track(view)
      out.confidence[i] = subject?.confidence ?? 0
      if (subject && subject.confidence > 0) drawEllipse(out.plane(i), output, subject.place, input)
      else out.plane(i).fill(0)
    }
    // The first run of each takes its memory and compiles its kernels.
    const first = rig.subject()
    const blank = { ...input, data: new Uint8Array(input.width * input.height * 4) }
    await first.begin(blank, { x: input.width / 2, y: input.height / 2, width: 16, height: 16 })
    await first.track(blank)
    return {
      input,
      output,
      seed(i, seed) {
        const box = seed && seedBox(seed, input)
        if (box) between.later(() => pending.set(i, box))
        if (seed) return
        between.later(() => {
          pending.delete(i)
          subjects[i]?.forget()
        })
      },
      async step(view, out) {
        between.run()
        for (let i = 0; i < MOST_SUBJECTS; i++) await stepOne(i, view, out)
      },
      reset() { between.later(() => { for (const subject of subjects) subject.seek() }) },
      async close() { await Promise.all([backbone.close(), head.close()]) },
    }
  },
}

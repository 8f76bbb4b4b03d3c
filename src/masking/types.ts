import type { Tensor } from 'onnxruntime-node'
import type { Observable } from 'rxjs'
import type { Fault, Status } from '../engine/types.js'

/** Subjects of one source: 1 to 8. */
export const MOST_SUBJECTS = 8

/**
 * What a performer says of one subject on one picture. Places are parts of the source's upright picture: x from 0 at the left
 * to 1, y from 0 at the top to 1. Clicks, box and mask may come together; the mask is `width` x `height` bytes, top row first.
 */
export interface Seed {
  readonly clicks: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[]
  readonly box?: readonly [x0: number, y0: number, x1: number, y1: number] | undefined
  readonly mask?: { readonly width: number; readonly height: number; readonly data: Uint8Array } | undefined
}

/** The picture a segmenter looks at: RGBA, top row first, the source's whole upright picture stretched to the size it asked for. */
export interface View {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  /** Of the source's frame, and when it was taken (ms on `performance.now()`'s clock of the main thread). */
  readonly seq: number
  readonly capturedAt: number
  /** Seconds since the last view; 0 for the first one and after a cut. */
  readonly dt: number
}

/** What a segmenter fills in: a plane for each of `MOST_SUBJECTS` subjects, soft, 0 none to 255 all, top row first. */
export interface MaskPlanes {
  readonly width: number
  readonly height: number
  /** Plane of subject `i` (from 0), `width * height` bytes. */
  plane(i: number): Uint8Array
  /** 0 where there is no such subject or it is lost, else how sure the segmenter is, up to 1. Filled by it for every plane. */
  readonly confidence: Float32Array
}

export interface Size { readonly width: number; readonly height: number }

/** Turns pictures into masks; lives in the mask worker. */
export interface Segmenter {
  /** What the pictures must measure, and what the masks do. */
  readonly input: Size
  readonly output: Size
  /**
   * Seeds subject `i` (from 0) anew from the next step on, or forgets it. A seed replaces the one before: refining clicks come with all
   * that came before them. Never throws; what cannot be used (a box of no area) is ignored.
   */
  seed(i: number, seed: Seed | undefined): void
  /** Segments one picture. Rejects only when the model itself fails. */
  step(view: View, out: MaskPlanes): Promise<void>
  /** Forgets everything but its seeds: after a cut, or another clip. */
  reset(): void
  close(): Promise<void>
}

/** One tensor of a graph, as its contract knows it. */
export interface TensorContract {
  /** Names it is published under; the first that the graph has is used. */
  readonly names: readonly string[]
  /** Fixed sizes are checked, words are free. */
  readonly shape: readonly (number | string)[]
  /** Another shape it is published in. */
  readonly or?: readonly (number | string)[]
  readonly type?: 'float32' | 'int64' | 'int32' | 'float16' | 'uint8' | 'bool'
  /** The graph may do without it. */
  readonly optional?: true
}

/** What a graph must have. Roles are the names by which the code of a segmenter knows its tensors. */
export interface GraphContract {
  readonly inputs: Readonly<Record<string, TensorContract>>
  readonly outputs: Readonly<Record<string, TensorContract>>
  /** It is run at several sizes, and published at one: sizes that are words here are made free when it is opened. */
  readonly free?: true
}

/** A model file that was opened and fits its contract. */
export interface Graph {
  /** What it runs on, really: `cpu`, `cuda` ... */
  readonly provider: string
  /** Whether it has an optional tensor. */
  has(role: string): boolean
  /** Sizes of an input as the file declares them; words and -1 are free. */
  shapeOf(role: string): readonly (number | string)[]
  /** By role, in and out. What has a tensor in `into` is written there; the rest is new memory, which is the caller's. */
  run(feeds: Readonly<Record<string, Tensor>>, into?: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>
  close(): Promise<void>
}

export const PROVIDERS = ['auto', 'cpu', 'cuda', 'coreml', 'directml', 'webgpu'] as const
export type Provider = (typeof PROVIDERS)[number]

/** A segmenter of the table: what it needs and how it is opened. */
export interface SegmenterDecl {
  readonly id: string
  readonly label: string
  /** One sentence for lists and docs. */
  readonly about: string
  readonly kind: 'person' | 'promptable' | 'tracker'
  /** Which seeds it takes; one that takes none finds its subject by itself. */
  readonly takes: readonly ('clicks' | 'boxes' | 'masks')[]
  /** Most subjects. */
  readonly most: number
  /** Threads of one operator, where nobody says otherwise; 1 leaves the other cores to the show. */
  readonly threads?: number
  /** Contracts of its graphs, by role; a model brings a file for each. */
  readonly graphs: Readonly<Record<string, GraphContract>>
  /** `source`: the upright picture, pixels. The graphs are closed with the segmenter. */
  open(graphs: Readonly<Record<string, Graph>>, source: Size): Promise<Segmenter>
}

/** Files of a model, by role. */
export type ModelFiles = Readonly<Record<string, string>>

/** A mask as the main thread sees it; valid until the next `newest`. */
export interface MaskView extends MaskPlanes {
  /** Frame it describes, and when that was taken. */
  readonly seq: number
  readonly capturedAt: number
  /** Milliseconds the segmenter took for it. */
  readonly stepMs: number
  /** Counts up with every mask. */
  readonly serial: number
}

/** The main thread's end of a mask worker. Nothing here waits or throws, but `settle` and `close`. */
export interface Masker {
  readonly id: string
  readonly status$: Observable<Status>
  readonly fault$: Observable<Fault>
  /** What `post` takes; undefined until the model is open. */
  readonly input: Size | undefined
  /** True when it has nothing to do and is ready for a picture. */
  readonly idle: boolean
  /** True when something was said of a subject since the last picture: the same picture is worth another look. */
  readonly stale: boolean
  /** Hands over a picture (it is copied). Newest wins: one in flight, and at most one that waits. */
  post(view: Omit<View, 'dt'>): void
  /** The newest mask, or undefined before the first; the same object from call to call while `serial` stays. */
  newest(): MaskView | undefined
  seed(i: number, seed: Seed | undefined): void
  /** After a cut: masks of before say nothing about what comes. */
  reset(): void
  /** Blocks up to `ms` until the picture posted last has its mask; whether it has. */
  wait(ms: number): boolean
  /** Call once per tick: restarts a worker that died or hangs. */
  watch(): void
  /** Resolves when the picture posted last has its mask. Rejects with a DoppelError when it never will. */
  settle(): Promise<void>
  close(): Promise<void>
}

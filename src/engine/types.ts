import type { Observable } from 'rxjs'
import type { PixelFormatId } from './pixels.js'

/** One frame of the engine. `time` and `dt` are seconds; `time` is the nominal `n * period`, free of timer jitter, and `dt` the step since the last tick's (0 at tick 0). */
export interface Tick {
  readonly n: number
  readonly time: number
  readonly dt: number
  /** Whole periods jumped over just before this tick because the previous one ran late. */
  readonly skipped: number
}

/** One plane of a frame: `height` rows of `stride` bytes, of which the first `width * components * bytesPerSample` matter. */
export interface Plane {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly stride: number
}

/** YUV to RGB matrix of the stream; `rgb` for pictures that are RGB already. */
export type ColourMatrix = 'bt601' | 'bt709' | 'bt2020' | 'rgb'

/** Clockwise degrees by which the stored picture must be turned to stand upright. */
export type Rotation = 0 | 90 | 180 | 270

/**
 * A picture from a source, as a *view*: the planes belong to the source and stay valid until its next `latest()`.
 * Frame objects are reused; copy what must outlive the tick.
 */
export interface Frame {
  readonly kind: 'frame'
  readonly format: PixelFormatId
  /** Stored size in pixels, before rotation. */
  readonly width: number
  readonly height: number
  readonly planes: readonly Plane[]
  readonly matrix: ColourMatrix
  readonly fullRange: boolean
  readonly rotation: Rotation
  /** Width of one pixel over its height (sample aspect ratio); 1 for square pixels. */
  readonly pixelAspect: number
  /** Counts up by one with every new picture of this source; the same number means the same pixels. */
  readonly seq: number
  /** When the picture was taken or became due, in ms on `performance.now()`'s clock. */
  readonly capturedAt: number
  /** Position in the clip, seconds; 0 for live sources. */
  readonly mediaTime: number
}

/** A picture the GPU draws itself (generators): a shader in `shaders/` and its uniforms. */
export interface Drawing {
  readonly kind: 'drawing'
  /** File in `shaders/` holding `void generate(vec2 uv, out vec4 colour, out vec4 mask)`. */
  readonly shader: string
  readonly width: number
  readonly height: number
  readonly uniforms: Readonly<Record<string, number | Float32Array>>
  /** 1 to 4: so many channels of `mask` hold a subject each. */
  readonly subjects: number
  readonly seq: number
  readonly capturedAt: number
  readonly mediaTime: number
}

export type Picture = Frame | Drawing

/** Something that gives pictures. Everything here is cheap and none of it throws or waits, but `settle` and `close`. */
export interface Source {
  readonly id: string
  readonly status$: Observable<Status>
  readonly fault$: Observable<Fault>
  /** Moves the source's own playhead to this tick. Call once per tick, before `latest`. */
  advance(tick: Tick): void
  /** The newest picture, or undefined while none has arrived yet. Holds the last one through any trouble. */
  latest(): Picture | undefined
  /** Resolves when `latest()` gives exactly the picture due at the last `advance` (offline rendering), or rejects with a {@link DoppelError}. */
  settle(): Promise<void>
  close(): Promise<void>
  /** Its pictures are bright where the subject is, and play in step with this source, which advances and closes it. */
  readonly mask?: Pick<Source, 'latest'>
}

export type LoopMode = 'loop' | 'once' | 'ping-pong'

/** Transport of a clip. Setting a property takes effect at the next `advance`. */
export interface ClipControls {
  playing: boolean
  /** -4 to 4; negative plays in reverse. Magnitudes below 0.1 other than 0 are raised to 0.1. */
  speed: number
  mode: LoopMode
  /** In and out points, seconds; `outPoint` is exclusive and undefined means the end. */
  inPoint: number
  outPoint: number | undefined
  /** Goes to the frame shown at `seconds`, exactly. */
  seek(seconds: number): void
  /** Pauses and moves by whole frames, forwards or back. */
  step(frames: number): void
}

export interface ClipSource extends Source {
  readonly info: ClipInfo
  readonly controls: ClipControls
  /** Mean worker time per decoded frame, ms, decode and copy together; 0 before the first. */
  readonly decodeMs: number
}

/** What is known of a clip once it is open. */
export interface ClipInfo {
  readonly path: string
  readonly codec: string
  /** Stored size, before rotation and pixel aspect. */
  readonly width: number
  readonly height: number
  /** Upright size with square pixels: what the audience sees. */
  readonly displayWidth: number
  readonly displayHeight: number
  /** Nominal frames per second (average for variable rates); 0 for a still. */
  readonly fps: number
  /** Seconds from the first frame's start to the last frame's end; 0 for a still. */
  readonly duration: number
  readonly hasAlpha: boolean
  readonly hasAudio: boolean
  /** The decode device in use: `none` for software, else e.g. `vaapi`. */
  readonly hw: string
}

/** Pixels handed to an output: tightly packed rows, top row first. Valid only during `write`. */
export interface PixelView {
  readonly width: number
  readonly height: number
  readonly format: 'rgba' | 'i420'
  readonly data: Uint8Array
  /** The tick the picture belongs to. */
  readonly tick: number
}

/** An output that wants pixels in memory (record, NDI, stream, memory). */
export interface PixelOutput {
  readonly kind: 'pixels'
  readonly id: string
  readonly status$: Observable<Status>
  readonly fault$: Observable<Fault>
  readonly format: 'rgba' | 'i420'
  readonly width: number
  readonly height: number
  /** Takes one picture; copies what it keeps. Never blocks: with no room it drops the picture and counts it. */
  write(view: PixelView): void
  /** Pictures dropped so far. */
  readonly dropped: number
  /** Resolves when there is room for another picture (offline rendering paces itself by it). */
  ready(): Promise<void>
  /** Finishes what was taken and closes. */
  close(): Promise<void>
}

export type Fit = 'letterbox' | 'fill' | 'stretch'

/** Something to read over a picture: light on black, which what lies under it shines through. */
export interface Page {
  readonly width: number
  readonly height: number
  /** RGB, 3 bytes a pixel, top row first. */
  readonly data: Uint8Array
}

/** An output the GPU presents to without readback: a native window to draw into. */
export interface WindowOutput {
  readonly kind: 'window'
  /** Laid over the picture in this window alone, in its middle; undefined when there is nothing to read. Another one is another object. */
  readonly over?: Page | undefined
  readonly id: string
  readonly status$: Observable<Status>
  readonly fault$: Observable<Fault>
  /** Native window handle: X11 window id, HWND, or CALayer pointer. Changes when the window had to be rebuilt. */
  readonly nativeId: bigint
  /** Drawable size in device pixels, read every tick; 0x0 while there is nothing to draw to. */
  readonly width: number
  readonly height: number
  readonly fit: Fit
  /** False once the performer closed it. */
  readonly open: boolean
  close(): Promise<void>
}

export type Output = PixelOutput | WindowOutput

/** What a unit (source, output, worker ...) is doing. */
export interface Status {
  readonly unit: string
  readonly state: 'starting' | 'running' | 'waiting' | 'restarting' | 'ended' | 'failed' | 'closed'
  readonly detail: string
}

/** Something went wrong while the show runs: a sentence for the performer, and what to do about it. */
export interface Fault {
  readonly unit: string
  readonly message: string
  readonly hint: string
  /** How often this same fault happened since it was last reported. */
  readonly count: number
}

/** What the GL probe found. */
export interface GlReport {
  readonly vendor: string
  readonly renderer: string
  readonly version: string
  /** No graphics card draws: everything runs on the processor. */
  readonly software: boolean
  /** Longest side of a texture, in pixels. */
  readonly maxTextureSize: number
}

/** One screen as windows can be placed on it, in Qt's order (`--out window:<index>`). */
export interface Screen {
  readonly index: number
  readonly name: string
  readonly width: number
  readonly height: number
  /** Hz. */
  readonly refreshRate: number
}

/** What the window probe found. */
export interface WindowsReport {
  /** Qt's platform: xcb, windows, cocoa. */
  readonly platform: string
  readonly screens: readonly Screen[]
}

/** A camera or an audio input. */
export interface Capture {
  readonly name: string
  readonly description: string
}

/** What the media probe found. */
export interface MediaReport {
  readonly ffmpeg: string
  /** Encoders for H.264 that are compiled in, best first; hardware ones work only with a matching device. */
  readonly encoders: readonly string[]
  /** Hardware devices that open here, as `--hw` names them. */
  readonly hardware: readonly string[]
  readonly cameras: readonly Capture[]
}

/** What the model probe found. */
export interface ModelsReport {
  readonly version: string
  /** Execution providers in this build: cpu, cuda, coreml, dml, webgpu. */
  readonly providers: readonly string[]
}

/** Every probe by name. Each runs in a process of its own, so that a native that crashes takes only its own probe along. */
export interface Reports {
  readonly gl: GlReport
  readonly windows: WindowsReport
  readonly media: MediaReport
  readonly models: ModelsReport
}
export type ProbeName = keyof Reports

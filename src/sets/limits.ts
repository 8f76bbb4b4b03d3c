/** Bounds of a set file: far above any real show, low enough that a stranger's file cannot hang one. */
export const LIMITS = {
  fileBytes: 4 * 1024 * 1024, scenes: 256, layers: 64, effects: 32, allLayers: 512, allEffects: 1024, sources: 128, subjects: 8, clicks: 64, outputs: 16, cues: 1024, bindings: 2048,
  modulators: 256, steps: 64, allCueValues: 65_536, keys: 8, devices: 32,
  /** Pixels. */
  side: 8192,
  /** A day. */
  seconds: 86_400,
} as const

import type { Gpu } from '../src/gl/types.js'

/** The GPU with every call timed: those of `gl`, and those that reach EGL and GLES beside it. */
export interface GlTimer {
  readonly gpu: Gpu
  /** Forgets what was counted. */
  reset(): void
  readonly calls: number
  /** Spent inside the calls since `reset`, less what the timers themselves took of it. Milliseconds. */
  readonly insideMs: number
  /** What the timers took besides, to be taken off any time measured around the calls. Milliseconds. */
  readonly besideMs: number
}

type Call = (...args: readonly unknown[]) => unknown

const callsOf = (object: object): readonly (readonly [name: string, call: Call])[] => {
  const found = new Map<string, Call>()
  for (let at: object | null = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)) as [string, { value?: unknown }][]) {
      if (typeof value === 'function' && name !== 'constructor' && !found.has(name)) found.set(name, value as Call)
    }
  }
  return [...found]
}

const CALIBRATION = 200_000

/**
 * Times the calls from outside, so that nothing in the show knows of it. What one timing costs is measured on a call that
 * does nothing and taken off again. `now` is the clock, milliseconds.
 */
export const timeGl = (gpu: Gpu, now: () => number): GlTimer => {
  const totals = new Float64Array(2)
  const timed = <T extends object>(object: T): T => {
    // Constants and the object's own state stay where they are.
    const copy = Object.create(object) as T
    for (const [name, call] of callsOf(object)) {
      const wrapped: Call = (...args) => {
        const start = now()
        const result = call.apply(object, args as unknown[])
        totals[0]! += now() - start
        totals[1]! += 1
        return result
      }
      Object.defineProperty(copy, name, { value: wrapped, writable: true })
    }
    return copy
  }
  const calibrate = () => {
    const idle = { call: (a: number, b: number) => a + b }
    const measured = timed(idle)
    const loop = (on: typeof idle) => {
      let kept = 0
      const start = now()
      for (let i = 0; i < CALIBRATION; i++) kept = on.call(kept, i) | 0
      return { ms: now() - start, kept }
    }
    loop(measured)
    loop(idle)
    totals.fill(0)
    const [withTimers, without] = [loop(measured).ms, loop(idle).ms]
    const inside = (totals[0] ?? 0) / CALIBRATION
    totals.fill(0)
    return { inside, beside: Math.max(0, (withTimers - without) / CALIBRATION - inside) }
  }
  const cost = calibrate()
  const gles = timed({ ...gpu.gles, createPixelBuffer: (bytes: number) => timed(gpu.gles.createPixelBuffer(bytes)) })
  return {
    gpu: { ...gpu, gl: timed(gpu.gl), egl: timed(gpu.egl), gles, makeCurrent: timed({ call: () => { gpu.makeCurrent() } }).call },
    reset() { totals.fill(0) },
    get calls() { return totals[1] ?? 0 },
    get insideMs() { return (totals[0] ?? 0) - this.calls * cost.inside },
    get besideMs() { return this.calls * (cost.inside + cost.beside) },
  }
}

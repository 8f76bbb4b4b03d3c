import { writeFileSync } from 'node:fs'

/** Samples a second of everything that is heard. */
export const RATE = 48_000

/** Noise that is the same in every run, -1..1. */
export const createNoise = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

export const samplesOf = (seconds: number, value: (t: number, i: number) => number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) => value(i / RATE, i))

export const sine = (hz: number, seconds: number, loudness = 0.5): Float32Array => samplesOf(seconds, (t) => loudness * Math.sin(2 * Math.PI * hz * t))

/** Short clicks on every beat from `first` on (seconds), over noise; and when they are. */
export const clicks = (bpm: number, seconds: number, noise = 0, first = 0.5): { readonly samples: Float32Array; readonly times: readonly number[] } => {
  const hiss = createNoise(7)
  const samples = samplesOf(seconds, () => noise * hiss())
  const times: number[] = []
  for (let t = first; t < seconds - 0.1; t += 60 / bpm) {
    times.push(t)
    const at = Math.round(t * RATE)
    for (let i = 0; i < 2400 && at + i < samples.length; i++) samples[at + i] = (samples[at + i] ?? 0) + 0.6 * Math.exp(-i / 400) * Math.sin(i * 0.13)
  }
  return { samples, times }
}

/** Noise in syllables of uneven length and loudness, with pauses. */
export const babble = (seconds: number, seed: number): Float32Array => {
  const random = createNoise(seed)
  let [next, loudness, target] = [0, 0, 0]
  return samplesOf(seconds, (_, i) => {
    if (i >= next) {
      target = random() > -0.3 ? 0.2 + 0.5 * Math.abs(random()) : 0
      next = i + (0.06 + 0.25 * Math.abs(random())) * RATE
    }
    loudness += (target - loudness) * 0.0008
    return loudness * random()
  })
}

/** A WAV file of 32 bit floats, one array per channel. */
export const writeWav = (path: string, channels: readonly Float32Array[], sampleRate = RATE): string => {
  const [count, length] = [channels.length, channels[0]?.length ?? 0]
  const wav = Buffer.alloc(44 + 4 * count * length)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(3, 20)
  wav.writeUInt16LE(count, 22)
  wav.writeUInt32LE(sampleRate, 24)
  wav.writeUInt32LE(sampleRate * 4 * count, 28)
  wav.writeUInt16LE(4 * count, 32)
  wav.writeUInt16LE(32, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(wav.length - 44, 40)
  for (let i = 0; i < length; i++) channels.forEach((channel, c) => wav.writeFloatLE(channel[i] ?? 0, 44 + 4 * (i * count + c)))
  writeFileSync(path, wav)
  return path
}

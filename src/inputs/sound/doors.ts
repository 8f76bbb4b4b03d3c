import type { Door } from './messages.js'

/** Everything a device's name may begin with. `lavfi` is FFmpeg's signal generator, for tests. */
const SYSTEMS = ['alsa', 'pulse', 'jack', 'avfoundation', 'dshow', 'lavfi'] as const
type System = (typeof SYSTEMS)[number]

const OF_PLATFORM: Readonly<Partial<Record<NodeJS.Platform, System>>> = { darwin: 'avfoundation', win32: 'dshow' }

/**
 * The FFmpeg within node-av knows no PulseAudio, PipeWire or JACK, and its ALSA none of the plug-ins that lead there: only
 * the hardware itself. So these, and names that lead to plug-ins, are heard through the system's own `ffmpeg` (PipeWire answers as either).
 */
const program = (system: 'pulse' | 'jack' | 'alsa', name: string): Door => ({
  kind: 'program',
  program: 'ffmpeg',
  args: [
    '-nostdin', '-hide_banner', '-loglevel', 'error', '-probesize', '32', '-analyzeduration', '0', '-fflags', 'nobuffer',
    // Without a largest sum, FFmpeg's mix of two channels may be louder than 1.
    '-f', system, ...(system === 'pulse' ? ['-fragment_size', '1920'] : []), '-i', name, '-ac', '1', '-rematrix_maxval', '1', '-ar', '48000', '-f', 'f32le', '-flush_packets', '1', 'pipe:1',
  ],
})

const format = (of: string, url: string, options: Readonly<Record<string, string>> = {}): Door => ({ kind: 'format', format: of, url, options })

const split = (name: string, platform: NodeJS.Platform): readonly [System, string] => {
  const found = SYSTEMS.find((system) => name.startsWith(`${system}:`))
  if (found) return [found, name.slice(found.length + 1)]
  const native = OF_PLATFORM[platform]
  if (native) return [native, name]
  return name === 'default' ? ['pulse', name] : ['alsa', name]
}

/**
 * How a device is opened by its name: `alsa:hw:0`, `pulse:<source>`, `jack:<name of the client to be>`, or without the system
 * where a platform has one only. macOS and Windows: after FFmpeg's documentation, not yet run on hardware.
 */
export const doorOf = (name: string, platform: NodeJS.Platform = process.platform): Door => {
  const [system, rest] = split(name, platform)
  switch (system) {
    case 'pulse':
    case 'jack': return program(system, rest)
    // Before the colon stands the camera, of which there is none.
    case 'avfoundation': return format(system, rest.startsWith(':') ? rest : `:${rest}`)
    // 50 ms is DirectShow's usual buffer; this asks for 10.
    case 'dshow': return format(system, rest.startsWith('audio=') ? rest : `audio=${rest}`, { audio_buffer_size: '10' })
    // Hardware has a colon in its name; others (`default`, `pulse`, of ~/.asoundrc) are plug-ins.
    case 'alsa': return rest.includes(':') ? format(system, rest) : program(system, rest)
    case 'lavfi': return format(system, rest)
  }
}

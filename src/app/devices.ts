import { openMidiSystem } from '../control/midi/ports.js'
import { listSoundDevices } from '../inputs/sound/devices.js'
import { ensureDisplay } from '../native/display.js'
import { probe } from './probes/probe.js'
import type { Capture, Screen } from './probes/reports.js'

/** What can be played from and to on this machine. `problems` says why a list could not be made. */
export interface Devices {
  readonly displays: readonly Screen[]
  readonly cameras: readonly Capture[]
  /** As `--audio` takes them. */
  readonly audioInputs: readonly Capture[]
  /** Names of MIDI inputs; `--midi` takes a part of one. */
  readonly midi: readonly string[]
  /** As `--hw` names them. */
  readonly decoders: readonly string[]
  readonly problems: readonly string[]
}

/** None where there is no MIDI: `doctor` says why. */
const midiInputs = async (): Promise<readonly string[]> => {
  try {
    const system = await openMidiSystem()
    try {
      return system.inputs()
    } finally {
      system.close()
    }
  } catch {
    return []
  }
}

/** Displays of a private X server are left out: nobody could look at them. */
export const devices = async (): Promise<Devices> => {
  const display = await ensureDisplay().catch(() => undefined)
  try {
    const seen = display !== undefined && display.kind !== 'private'
    const [windows, media, sound, midi] = await Promise.all([seen ? probe('windows') : undefined, probe('media'), listSoundDevices(), midiInputs()])
    const problems = [
      ...sound.problems,
      ...(windows?.reason ? [`displays: ${windows.reason}`] : []),
      ...(media.reason ? [`cameras and decoders: ${media.reason}`] : []),
    ]
    return {
      displays: windows?.report?.screens ?? [],
      cameras: media.report?.cameras ?? [],
      audioInputs: sound.devices,
      midi,
      decoders: media.report?.hardware ?? [],
      problems,
    }
  } finally {
    await display?.close()
  }
}

const named = ({ name, description }: Capture) => (description && description !== name ? `${name}  ${description}` : name)

/** The devices as text, a paragraph per kind. */
export const formatDevices = ({ displays, cameras, audioInputs, midi, decoders, problems }: Devices): string => {
  const kinds: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Displays (--out window:<number>)', displays.map(({ index, name, width, height, refreshRate }) => `${index}  ${name} ${width}x${height} at ${refreshRate} Hz`)],
    ['Cameras', cameras.map(named)],
    ['Audio inputs (--audio)', audioInputs.map(named)],
    ['MIDI inputs (--midi)', midi],
    ['Hardware decoders (--hw)', decoders],
    ...(problems.length ? [['Problems', problems] as const] : []),
  ]
  return kinds.map(([title, lines]) => `${title}\n${lines.length ? lines.map((line) => `  ${line}`).join('\n') : '  none'}`).join('\n\n')
}

/** `doppel devices`: prints what there is; none of it is an error. */
export const runDevices = async ({ json }: { readonly json: boolean }): Promise<number> => {
  const found = await devices()
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : `${formatDevices(found)}\n`)
  return 0
}

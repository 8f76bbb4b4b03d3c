import { slug } from '../../engine/registry.js'

/** Ports that this program's own MIDI library makes when it connects: never a device. */
const ownPort = /(^|:)RtMidi (In|Out)put( \d+:\d+)?$/

export const isOwnPort = (port: string): boolean => ownPort.test(port.trim())

/**
 * The name of a device from what its system calls the port, without what changes from day to day: ALSA's client numbers, the
 * count Windows puts before a second socket, the bridges of JACK and PipeWire, and names said twice.
 */
export const deviceName = (port: string): string => {
  const plain = port
    .replace(/^(a2j(midid)?|Midi-Bridge):/i, '')
    .replace(/\s+\d+:\d+\s*$/, '')
    .replace(/\s*\[\d+\]\s*/, ' ')
    .replace(/\((capture|playback)(_\d+)?\)/i, '')
    .replace(/^\d+- /, '')
  const [, client = '', rest = ''] = /^([^:]*):\s*(.*)$/.exec(plain) ?? ['', '', plain]
  const ours = /^RtMidi (In|Out)put Client/.test(client)
  const whole = client === '' || ours || rest.toLowerCase().startsWith(client.toLowerCase()) ? rest : `${client} ${rest}`
  const words = whole.split(/\s+/).filter((word) => word !== '' && word !== '_')
  return words.filter((word, i) => word.toLowerCase() !== words[i - 1]?.toLowerCase()).join(' ') || plain
}

/** The part of a control's name that says which device: unknown devices go by their own name. */
export const deviceSlug = (port: string): string => slug(deviceName(port))

/** What a control's name says. `channel` is 1..16; `number` is 0 for bend, pressure and program. */
export interface MidiControl {
  readonly device: string
  readonly channel: number
  readonly kind: 'cc' | 'cc14' | 'nrpn' | 'note' | 'bend' | 'pressure' | 'program'
  readonly number: number
}

const NUMBERED = /^midi\/([a-z0-9-]+)\/(\d{1,2})\/(cc|cc14|nrpn|note)\/(\d{1,5})$/
const PLAIN = /^midi\/([a-z0-9-]+)\/(\d{1,2})\/(bend|pressure|program)$/
const HIGHEST = { cc: 127, cc14: 31, nrpn: 16383, note: 127, bend: 0, pressure: 0, program: 0 } as const

/** Reads `midi/<device>/<channel>/cc/<n>` and its like; undefined when it is no MIDI control. */
export const parseControl = (control: string): MidiControl | undefined => {
  const [, device, channel, kind, number = '0'] = NUMBERED.exec(control) ?? PLAIN.exec(control) ?? []
  if (device === undefined || kind === undefined) return undefined
  const read = { device, channel: Number(channel), kind: kind as MidiControl['kind'], number: Number(number) }
  return read.channel >= 1 && read.channel <= 16 && read.number <= HIGHEST[read.kind] ? read : undefined
}

const CHANNELS = Array.from({ length: 16 }, (_, i) => String(i + 1))

/** The controls of one device that a name means, in which the device and the channel may be `*`; none where it means others. */
export const controlsOf = (control: string, device: string): string[] => {
  const [midi, named, channel = '', ...rest] = control.split('/')
  if (midi !== 'midi' || (named !== '*' && named !== device)) return []
  return (channel === '*' ? CHANNELS : [channel]).map((each) => `midi/${device}/${each}/${rest.join('/')}`)
}

/** Names of numbered controls of one device, made once each: naming a message allocates nothing. */
export const nameTable = (device: string, kind: 'cc' | 'cc14' | 'note', perChannel: number): ((channel: number, number: number) => string) => {
  const names: (string | undefined)[] = new Array<string | undefined>(16 * perChannel).fill(undefined)
  return (channel, number) => (names[channel * perChannel + number] ??= `midi/${device}/${channel + 1}/${kind}/${number}`)
}

/** Names of the controls a channel has one of. */
export const channelNames = (device: string, kind: 'bend' | 'pressure' | 'program'): readonly string[] =>
  Array.from({ length: 16 }, (_, channel) => `midi/${device}/${channel + 1}/${kind}`)

/** Of a device's 262,144 NRPN names only so many are kept at a time. */
const NRPN_KEPT = 2048

export const nrpnNames = (device: string): ((channel: number, number: number) => string) => {
  const names = new Map<number, string>()
  return (channel, number) => {
    const key = channel * 16384 + number
    const known = names.get(key)
    if (known !== undefined) return known
    if (names.size >= NRPN_KEPT) names.clear()
    const name = `midi/${device}/${channel + 1}/nrpn/${number}`
    names.set(key, name)
    return name
  }
}

import { DoppelError } from '../engine/error.js'
import { isLoopback, MIN_TOKEN } from '../control/osc/gate.js'
import type { BeatClock } from '../control/types.js'
import type { DeskOptions } from './desk.js'
import type { ShowPlan } from './plan.js'

/** What a command line says about controllers; what it leaves out the set says, or what is usual. */
export interface DeskFlags {
  readonly osc?: string | undefined
  readonly oscPort?: number | undefined
  readonly oscQueryPort?: number | undefined
  readonly oscToken?: string | undefined
  readonly midi?: readonly string[] | undefined
  readonly audio?: string | undefined
  readonly bpm?: number | undefined
  readonly clock?: BeatClock['source'] | undefined
}

export const CLOCKS = ['internal', 'midi', 'audio', 'link'] as const
const PORT = 9000
const LOOPBACK = '127.0.0.1'
/** What is a file, and not the name of an interface. */
const SOUND_FILE = /\.(wav|flac|mp3|m4a|aac|ogg|opus|aiff?|mp4|mov|mkv|webm)$/i

/** Reads `none`, `9000`, `0.0.0.0:9000` or `[::]:9000`. */
const address = (text: string): { readonly host: string; readonly port: number } | undefined => {
  if (text === 'none') return undefined
  const [, host = LOOPBACK, port = ''] = /^(?:(.+):)?(\d+)$/.exec(text) ?? []
  const number = Number(port)
  if (port === '' || number < 1 || number > 65_535) throw new DoppelError(`--osc cannot be "${text}"`, 'it takes a port (9000), an address and a port (0.0.0.0:9000 listens to the whole network), or none')
  return { host: host.replace(/^\[|\]$/g, ''), port: number }
}

/** Everything about controllers, checked. Throws a {@link DoppelError}. */
export const deskOptions = (flags: DeskFlags, plan: Pick<ShowPlan, 'bpm' | 'desk'>): DeskOptions => {
  const { desk } = plan
  const asked = flags.osc === undefined ? { host: LOOPBACK, port: desk?.osc.port ?? PORT } : address(flags.osc)
  const port = flags.oscPort ?? asked?.port ?? PORT
  const osc = asked && { host: asked.host, port, queryPort: flags.oscQueryPort ?? desk?.osc.queryPort ?? port, token: flags.oscToken }
  if (osc && !isLoopback(osc.host) && (osc.token === undefined || osc.token.length < MIN_TOKEN)) {
    throw new DoppelError(`OSC on ${osc.host} can be played by everyone on the network: it needs a token`, `give one of at least ${MIN_TOKEN} letters: --osc-token, and send it first: /doppel/token`)
  }
  const midi = flags.midi ?? desk?.midi.devices ?? 'all'
  const named = typeof midi === 'string' ? midi : midi.includes('none') ? 'none' : midi.includes('all') ? 'all' : midi
  return {
    osc,
    midi: named,
    midiAsked: flags.midi !== undefined && named !== 'none',
    audio: flags.audio === undefined || flags.audio === 'none' ? undefined : SOUND_FILE.test(flags.audio) ? { kind: 'file', path: flags.audio } : { kind: 'device', name: flags.audio },
    source: flags.clock ?? desk?.clock.source ?? 'internal',
    bpm: flags.bpm ?? plan.bpm,
    offline: false,
  }
}

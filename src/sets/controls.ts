import { slug } from '../engine/registry.js'
import type { SetBinding, SetFile } from './schema.js'

type From = SetBinding['from']

const midiName = (from: { readonly device?: string | undefined; readonly channel: number | 'any' }, what: string) =>
  `midi/${from.device === undefined ? '*' : slug(from.device)}/${from.channel === 'any' ? '*' : from.channel}/${what}`

/** The name of the control a binding of a set file is from; `*` in it stands for any. */
export const controlOf = (from: From): string => {
  switch (from.kind) {
    case 'midi-cc': return midiName(from, `cc/${from.number}`)
    case 'midi-cc14': return midiName(from, `cc14/${from.number}`)
    case 'midi-nrpn': return midiName(from, `nrpn/${from.number}`)
    case 'midi-note': return midiName(from, `note/${from.number}`)
    case 'midi-bend': return midiName(from, 'bend')
    case 'midi-pressure': return midiName(from, 'pressure')
    case 'midi-program': return midiName(from, 'program')
    case 'osc': return `osc/${from.address.slice(1)}`
    case 'key': return `key/${from.key.toLowerCase()}`
  }
}

const MIDI = /^midi\/([^/]+)\/(\*|\d+)\/(?:(cc|cc14|nrpn|note)\/(\d+)|(bend|pressure|program))$/

/** How a set file writes down a control (of a program change, which one; of an encoder, how it says its steps); undefined for names it has no words for. Devices are known by their slugs. */
export const fromOf = (control: string, program?: number, encoding?: string): From | undefined => {
  if (control.startsWith('osc/')) return { kind: 'osc', address: `/${control.slice(4)}` }
  if (control.startsWith('key/')) return { kind: 'key', key: control.slice(4) }
  const [, device = '', channel = '', numbered, number, plain] = MIDI.exec(control) ?? []
  const kind = numbered ?? plain
  if (kind === undefined) return undefined
  return {
    kind: `midi-${kind}`, ...(device !== '*' && { device }), channel: channel === '*' ? 'any' : Number(channel), ...(numbered !== undefined && { number: Number(number) }),
    ...(kind === 'program' && program !== undefined && { number: program }), ...(kind === 'cc' && encoding !== undefined && { relative: encoding }),
  } as From
}

/** The set's bindings as they are played: by the names of controls. */
export const bindingsOf = ({ bindings }: Pick<SetFile, 'bindings'>) =>
  bindings.map(({ from, ...rest }) => ({ ...rest, from: controlOf(from), ...(from.kind === 'midi-program' && from.number !== undefined && { program: from.number }), ...(from.kind === 'midi-cc' && from.relative !== undefined && { encoding: from.relative }) }))

/** Names of the keys that bindings of the set use. */
export const keysBound = ({ bindings }: Pick<SetFile, 'bindings'>): string[] => bindings.flatMap(({ from }) => (from.kind === 'key' ? [from.key] : []))

type Bound = Omit<SetBinding, 'from' | 'value' | 'range'> & { readonly from: string; readonly program?: number | undefined; readonly encoding?: string | undefined; readonly value?: unknown; readonly range?: readonly [number, number] | undefined }

/** Bindings as they are played, as a set file has them; those of controls it has no words for are left out. */
export const writeBindings = (bindings: readonly Bound[]): SetBinding[] =>
  bindings.flatMap(({ from: control, program, encoding, ...rest }) => {
    const from = fromOf(control, program, encoding)
    return from ? [{ ...rest, from } as SetBinding] : []
  })

import { openMidi } from '../control/midi/surface.js'
import { controlLabel } from '../control/midi/profiles.js'
import { createFaults } from '../engine/guard.js'
import { addressPlan, EMPTY_PLAN } from './addressed.js'
import { openOscAsked } from './desk.js'
import { deskOptions, type DeskFlags } from './desk-flags.js'
import { planShow } from './plan.js'
import { createStop } from './stop.js'

export interface MonitorOptions {
  /** A set, whose bindings are shown at work. */
  readonly target: string | undefined
  readonly flags: Pick<DeskFlags, 'osc' | 'oscPort' | 'oscQueryPort' | 'oscToken' | 'midi'>
  readonly forSeconds: number | undefined
  readonly say: (line: string) => void
}

const DRAIN_MS = 10
const short = (value: unknown): string => (typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : Array.isArray(value) ? value.map(short).join(' ') : value === undefined ? 'fires' : JSON.stringify(value))

/** Shows what comes from MIDI and OSC as it comes, and what it plays; until stopped. Resolves with why it ended. */
export const monitor = async ({ target, flags, forSeconds, say }: MonitorOptions): Promise<string> => {
  const plan = target === undefined ? EMPTY_PLAN : planShow(target, [])
  const options = deskOptions(flags, plan)
  const faults = createFaults()
  faults.fault$.subscribe(({ unit, message, hint }) => { say(`! ${unit}: ${message}${hint ? ` (${hint})` : ''}`) })
  const { registry, playing } = addressPlan(plan, {
    control: ({ control, kind, value }, played) => { say(`       ${control} ${kind} ${short(value)}${played.map(({ to }) => `  -> ${to}`).join('')}${played.length === 0 ? '  (bound to nothing)' : ''}`) },
    param: ({ address, value }, taken) => { say(`       ${address} = ${short(value)}${taken ? '' : '  (no such parameter)'}`) },
  }, faults)
  registry.change$.subscribe(({ param, before }) => { say(`       ${param.address}: ${short(before)} -> ${short(param.value)}`) })
  const stop = createStop()
  const osc = await openOscAsked(options, registry, playing)
  const midi = options.midi === 'none' ? undefined : await openMidi({ inbox: playing.inbox, names: options.midi })
  for (const surface of [osc, midi]) {
    surface?.status$.subscribe(({ unit, state, detail }) => { say(`${unit}: ${state === 'running' ? '' : `${state}, `}${detail}`) })
    surface?.fault$.subscribe((fault) => { faults.report(fault) })
  }
  osc?.monitor.line$.subscribe(({ from, text }) => { say(`osc    ${from}  ${text}`) })
  midi?.listen((control, kind, value, _at, raw) => { say(`midi   ${controlLabel(control)}  ${kind} ${short(value)}${raw >= 0 ? ` (${raw})` : ''}`) })
  // As a tick would: what came since is applied.
  const drain = setInterval(() => { playing.tick({ time: 0, dt: DRAIN_MS / 1000, beat: 0, audio: undefined, followed: () => undefined }) }, DRAIN_MS)
  const end = forSeconds === undefined ? undefined : setTimeout(() => { stop.stop('time is up') }, forSeconds * 1000)
  const reason = await stop.reason
  clearInterval(drain)
  clearTimeout(end)
  stop.close()
  playing.close()
  await Promise.all([osc?.close(), midi?.close()])
  return reason
}

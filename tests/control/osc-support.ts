import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createRequire } from 'node:module'
import { networkInterfaces } from 'node:os'
import { createInbox } from '../../src/control/inbox.js'
import { decodePacket, type OscArg, type OscMessage } from '../../src/control/osc/codec.js'
import { encodeMessage } from '../../src/control/osc/encode.js'
import type { Later } from '../../src/control/osc/later.js'
import { openOsc, type OscOptions, type OscSurface } from '../../src/control/osc/surface.js'
import type { ControlEvent, ParamEvent } from '../../src/control/types.js'
import { beats, bool, choice, colour, defaultOf, float, int, point, trigger, type ParamDecl, type ParamValue } from '../../src/engine/params.js'
import { createRegistry, fire, type Registry } from '../../src/engine/registry.js'

export const DECLS: Readonly<Record<string, ParamDecl>> = {
  '/master/opacity': float(0, 1, 1),
  '/master/blackout': bool(false),
  '/clock/bpm': float(20, 400, 120),
  '/show/left/opacity': float(0, 1, 1, 'How much of it is seen'),
  '/show/left/blend': choice(['normal', 'add', 'multiply'], 'normal'),
  '/show/left/echo/copies': int(1, 16, 11),
  '/show/left/echo/spacing': beats(1 / 32, 1, 1 / 16),
  '/show/left/echo/tint': colour(1, 0.5, 0.25, 1),
  '/show/left/echo/centre': point(0.5, 0.5),
  '/show/left/echo/reset': trigger(),
  '/show/right/opacity': float(0, 1, 1),
}

/** Adds a parameter that lives nowhere else. */
export const addParam = (registry: Registry, address: string, decl: ParamDecl) => {
  let value: ParamValue = defaultOf(decl)
  return registry.add(address, decl, { get: () => value, set: (next) => { value = next } })
}

export const sampleRegistry = (): Registry => {
  const registry = createRegistry()
  for (const [address, decl] of Object.entries(DECLS)) addParam(registry, address, decl)
  return registry
}

/** Time that passes only when told to. */
export const manualTime = () => {
  let time = 0
  let number = 0
  const waiting = new Map<number, { at: number; run: () => void }>()
  const later: Later = (ms, run) => {
    const id = ++number
    waiting.set(id, { at: time + ms, run })
    return () => { waiting.delete(id) }
  }
  return {
    now: () => time,
    later,
    advance(ms: number) {
      const end = time + ms
      for (;;) {
        const [next] = [...waiting].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)
        if (!next) break
        waiting.delete(next[0])
        time = Math.max(time, next[1].at)
        next[1].run()
      }
      time = end
    },
    get waiting() { return waiting.size },
  }
}

/** The inbox, and what a tick does with it. */
export const sampleInbox = (registry: Registry) => {
  const inbox = createInbox()
  const controls: ControlEvent[] = []
  const params: ParamEvent[] = []
  return {
    inbox, controls, params,
    /** Applies everything that waits. */
    tick() {
      inbox.drain({
        control: (event) => { controls.push({ ...event }) },
        param: (event) => {
          params.push({ ...event })
          const param = registry.get(event.address)
          if (param && event.value === undefined) fire(param, event.from)
          else param?.set(event.value, event.from)
        },
      })
    },
  }
}

export interface Rig extends ReturnType<typeof sampleInbox> {
  readonly registry: Registry
  readonly osc: OscSurface
}

const open: OscSurface[] = []
/** OSC over sample parameters, on any free port of this computer. */
export const openRig = async (options: Partial<OscOptions> = {}): Promise<Rig> => {
  const registry = options.registry ?? sampleRegistry()
  const sample = sampleInbox(registry)
  const osc = await openOsc({ port: 0, registry, inbox: sample.inbox, now: () => performance.now(), ...options })
  open.push(osc)
  return { ...sample, registry, osc }
}
export const closeRigs = async (): Promise<void> => { await Promise.all(open.splice(0).map((osc) => osc.close())) }

/** Resolves when `check` holds, looking after every turn of the event loop. */
export const until = async (what: string, check: () => boolean, ms = 20_000): Promise<void> => {
  const end = performance.now() + ms
  while (!check()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    await new Promise((next) => setImmediate(next))
  }
}

/** Runs a program in a process of its own; gives what it printed, or throws what it complained about. */
export const runNode = (script: string, ...args: readonly (string | number)[]): Promise<string> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...args.map(String)])
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', fail).once('close', (code) => { if (code === 0) done(out); else fail(new Error(err)) })
  })

const SEND = `
  import { createSocket } from 'node:dgram'
  const [port, host, ...packets] = process.argv.slice(1)
  const socket = createSocket('udp4')
  for (const packet of packets) await new Promise((sent) => socket.send(Buffer.from(packet, 'hex'), Number(port), host, sent))
  socket.close()`

/** Sends packets from another process. */
export const sendAway = (port: number, packets: readonly Uint8Array[], host = '127.0.0.1'): Promise<string> => runNode(SEND, port, host, ...packets.map((packet) => Buffer.from(packet).toString('hex')))

export const f = (value: number): OscArg => ({ type: 'f', value })
export const i = (value: number): OscArg => ({ type: 'i', value })
export const s = (value: string): OscArg => ({ type: 's', value })
export const message = (address: string, ...args: readonly OscArg[]): Buffer => encodeMessage(address, args)

interface JsMessage { pack(): Uint8Array; unpack(view: DataView): number; address: string; types: string; args: unknown[] }
interface JsBundle { pack(): Uint8Array; unpack(view: DataView): number; bundleElements: JsMessage[]; timetag: { value: { seconds: number; fractions: number } } }
/** osc-js, whose types do not fit how Node loads it. */
export const OscJs = createRequire(import.meta.url)('osc-js') as {
  TypedMessage: new (address?: string, args?: readonly { type: string; value: unknown }[]) => JsMessage
  Message: new (address?: string, ...args: readonly unknown[]) => JsMessage
  Bundle: new (items?: readonly JsMessage[], time?: number) => JsBundle
}
/** osc-js reads the whole memory around a packet, so it gets one of its own. */
export const viewOf = (packet: Uint8Array): DataView => new DataView(Uint8Array.from(packet).buffer)

/** What a parameter is set to. */
export const value = (rig: Rig, address: string) => rig.registry.get(address)?.value
/** What the monitor says was wrong. */
export const problems = (rig: Rig) => rig.osc.monitor.recent.filter(({ kind }) => kind === 'problem').map(({ text }) => text)
/** Ticks until something is so. */
export const untilPlayed = (rig: Rig, what: string, check: () => boolean) => until(what, () => {
  rig.tick()
  return check()
})

/** A socket of this process that keeps the messages it gets. */
export const openEar = async () => {
  const socket = createSocket('udp4')
  const heard: OscMessage[] = []
  socket.on('message', (packet) => heard.push(...decodePacket(packet).messages))
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  return { heard, port: socket.address().port, send: (packet: Uint8Array, port: number) => new Promise((done) => socket.send(packet, port, '127.0.0.1', done)), close: () => new Promise<void>((done) => socket.close(done)) }
}

/** An address of this computer on a network, if it has one. */
export const lan = Object.values(networkInterfaces()).flat().find((one) => one?.family === 'IPv4' && !one.internal)?.address
if (lan === undefined) console.warn('SKIPPED tests of OSC that is open to the network: this computer has no network but itself.')

/** A rig with OSCQuery, and ways to ask it. */
export const queried = (options: Partial<OscOptions> = {}): Promise<Rig> => openRig({ query: { port: 0 }, ...options })
export const urlOf = (rig: Rig, path = '/'): string => `http://127.0.0.1:${rig.osc.queryPort}${path}`
export const get = async (rig: Rig, path: string): Promise<unknown> => (await fetch(urlOf(rig, path))).json()
export const statusOf = async (rig: Rig, path: string): Promise<number> => (await fetch(urlOf(rig, path))).status

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { DoppelError, messageOf } from '../../engine/error.js'
import { createArrival } from './arrival.js'

export interface MidiPort { close(): void }
export interface MidiOutPort extends MidiPort {
  /** Sends whole messages. Throws when the port is gone. */
  send(bytes: readonly number[]): void
}

/** A port as its system lists it. Of ports with the same name `nth` tells which, from 0. */
export interface PortName {
  readonly name: string
  readonly nth: number
}

/** The machine's MIDI ports. Cheap to list, so that what is plugged in is found by looking often. Everything may throw. */
export interface MidiSystem {
  inputs(): readonly string[]
  outputs(): readonly string[]
  /** Bytes are valid for the call alone; `at` is when they came, ms on `performance.now()`'s clock. */
  openInput(port: PortName, heard: (bytes: Uint8Array, at: number) => void): MidiPort
  openOutput(port: PortName): MidiOutPort
  close(): void
}

/** What is used of the MIDI package. */
export interface MidiPackage {
  readonly Input: new () => {
    on(event: 'messageBuffer', heard: (deltaSeconds: number, bytes: Uint8Array) => void): unknown
    getPortCount(): number
    getPortName(port: number): string
    openPort(port: number): void
    ignoreTypes(sysex: boolean, timing: boolean, activeSensing: boolean): void
    closePort(): void
    destroy(): void
  }
  readonly Output: new () => {
    getPortCount(): number
    getPortName(port: number): string
    openPort(port: number): void
    sendMessage(bytes: number[]): void
    closePort(): void
    destroy(): void
  }
}

interface Lists { getPortCount(): number; getPortName(port: number): string }

const namesOf = (lists: Lists): string[] => Array.from({ length: lists.getPortCount() }, (_, i) => lists.getPortName(i))

/** Numbers shift when something is unplugged between listing and opening, names do not. */
const numberOf = (lists: Lists, { name, nth }: PortName): number => {
  let seen = 0
  const number = namesOf(lists).findIndex((each) => each === name && seen++ === nth)
  if (number < 0) throw new DoppelError(`the MIDI port "${name}" is gone`, 'plug it in again')
  return number
}

const hints: Readonly<Record<string, string>> = {
  linux: 'load the ALSA sequencer: sudo modprobe snd-seq, and be in the audio group: sudo usermod -aG audio $USER',
  darwin: 'restart Core MIDI: sudo killall coreaudiod',
  win32: 'restart the computer; another program may hold its MIDI services',
}
/** What to do where there is no MIDI. */
export const midiHint = (): string => `${hints[process.platform] ?? 'this system has no MIDI that is known'}; everything else works without`

const SEQUENCER = '/dev/snd/seq'

/** Loads the package only when MIDI is asked for. DOPPEL_MIDI names the folder of another build of it, such as one for JACK. */
const loadPackage = async (): Promise<MidiPackage> => {
  const other = process.env['DOPPEL_MIDI']
  // The package would say the same, but print ALSA's own complaints first.
  if (!other && process.platform === 'linux' && !existsSync(SEQUENCER)) throw new Error(`no ALSA sequencer (${SEQUENCER})`)
  return other ? (createRequire(import.meta.url)(resolve(other)) as MidiPackage) : await import('@julusian/midi')
}

/** The system's MIDI. Rejects with a {@link DoppelError} saying why there is none. */
export const openMidiSystem = async (load: () => Promise<MidiPackage> = loadPackage, now: () => number = () => performance.now()): Promise<MidiSystem> => {
  try {
    const { Input, Output } = await load()
    // Two unconnected ports that only list: making new ones for every look would cost a client of the system each time.
    const [inputs, outputs] = [new Input(), new Output()]
    return {
      inputs: () => namesOf(inputs),
      outputs: () => namesOf(outputs),
      openInput(port, heard) {
        const input = new Input()
        try {
          const arrival = createArrival(now)
          input.ignoreTypes(true, false, true)
          input.on('messageBuffer', (deltaSeconds, bytes) => heard(bytes, arrival(deltaSeconds)))
          input.openPort(numberOf(input, port))
        } catch (thrown) {
          input.destroy()
          throw thrown
        }
        return { close: () => input.destroy() }
      },
      openOutput(port) {
        const output = new Output()
        try {
          output.openPort(numberOf(output, port))
        } catch (thrown) {
          output.destroy()
          throw thrown
        }
        return { send: (bytes) => output.sendMessage([...bytes]), close: () => output.destroy() }
      },
      close() {
        inputs.destroy()
        outputs.destroy()
      },
    }
  } catch (thrown) {
    throw new DoppelError(`there is no MIDI: ${messageOf(thrown)}`, midiHint())
  }
}

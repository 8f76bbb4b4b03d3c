import type { Faults } from '../../engine/guard.js'
import { createByteParser, type MidiHandler } from './bytes.js'
import type { Decoder } from './decode.js'
import type { Seen } from './match.js'
import type { MidiOutPort, MidiPort, MidiSystem } from './ports.js'

/** A device that is plugged in and open. */
export interface Connection {
  readonly seen: Seen
  /** Tries a port again that could not be opened. */
  complete(): void
  /** False when a message could not be sent: the port is gone. */
  send(bytes: readonly number[]): boolean
  close(): void
}

export interface ConnectOptions {
  readonly system: MidiSystem
  readonly faults: Faults
  readonly unit: string
  readonly seen: Seen
  readonly decoder: Decoder
  /** Clock and its like. */
  readonly clock: Pick<MidiHandler, 'common' | 'realtime'>
  /** A half of a 14-bit value waits for its other. */
  readonly waiting: () => void
}

/** Opens a device's ports. What cannot be opened is a fault; a device of which nothing opens is undefined, and is tried again. */
export const connect = ({ system, faults, unit, seen, decoder, clock, waiting }: ConnectOptions): Connection | undefined => {
  const open = <T extends MidiPort>(run: () => T): T | undefined => {
    try {
      return run()
    } catch (thrown) {
      faults.report({
        unit,
        message: `${seen.name} could not be opened: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        hint: 'close the program that holds it, or plug it in again; it is tried again all the time',
      })
      return undefined
    }
  }
  const parser = createByteParser({ channel: decoder.channel, common: clock.common, realtime: clock.realtime })
  const heard = (bytes: Uint8Array, at: number) => {
    faults.guard(unit, undefined, () => {
      parser.feed(bytes, at)
      if (decoder.waiting) waiting()
    })
  }
  const { input, output } = seen
  let inPort: MidiPort | undefined
  let outPort: MidiOutPort | undefined
  const complete = () => {
    if (input) inPort ??= open(() => system.openInput(input, heard))
    if (output) outPort ??= open(() => system.openOutput(output))
  }
  complete()
  if (!inPort && !outPort) return undefined
  return {
    seen, complete,
    send: (bytes) => faults.guard(unit, false, () => {
      outPort?.send(bytes)
      return outPort !== undefined
    }),
    close() {
      faults.guard(unit, undefined, () => inPort?.close())
      faults.guard(unit, undefined, () => outPort?.close())
    },
  }
}

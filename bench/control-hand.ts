import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Asked, Told, Way } from './control-sender.js'

/** A process that plays a fader and a trigger, as a controller or another program would. */
export interface Hand {
  /** Puts the fader at a place, 0..127, so many ms from now; resolves with when it was sent, ms as `sharedNow` has it. */
  fader(place: number, afterMs: number): Promise<number>
  /** Sends so many messages a second from now on. */
  flood(perSecond: number): void
  /** Ends the flood: how many messages there were, how many of them triggers, and where the fader was put last. */
  end(): Promise<{ readonly sent: number; readonly fired: number; readonly last: number }>
  close(): Promise<void>
}

/** Starts a hand. Rejects when it cannot send that way, with what it said. */
export const startHand = async (way: Way, env: Readonly<Record<string, string | undefined>> = process.env): Promise<Hand> => {
  const child = fork(fileURLToPath(new URL('./control-sender.js', import.meta.url)), [JSON.stringify(way)], { env: { ...env }, stdio: ['ignore', 2, 2, 'ipc'], execArgv: [] })
  const gone = once(child, 'close')
  const answer = async (): Promise<Told> => {
    const told = await Promise.race([once(child, 'message'), gone.then(() => undefined)])
    if (!told) throw new Error(`the process that sends by ${way.kind} ended`)
    return told[0] as Told
  }
  const ask = (asked: Asked) => { child.send(asked) }
  await answer()
  return {
    async fader(place, afterMs) {
      ask({ fader: place, afterMs })
      const told = await answer()
      return typeof told === 'object' && 'sentAt' in told ? told.sentAt : Number.NaN
    },
    flood(perSecond) { ask({ flood: perSecond }) },
    async end() {
      ask('end')
      const told = await answer()
      return typeof told === 'object' && 'fired' in told ? told : { sent: 0, fired: 0, last: 0 }
    },
    async close() {
      if (child.connected) ask('close')
      await gone
    },
  }
}

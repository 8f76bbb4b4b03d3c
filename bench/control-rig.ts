import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Gpu } from '../src/gl/types.js'
import { startHand, type Hand } from './control-hand.js'
import { openStand, type Stand, type StandOptions } from './control-stand.js'
import { startJackd, type Jackd } from './jackd.js'

/** JACK's period: what its users play live with. A message waits for the next one at each end. */
export const JACK_FRAMES = 64
const DEVICE = 'Doppel Bench'
/** A build of the MIDI package that speaks JACK, made by set-up. Sources and compiled files lie one folder apart. */
const JACK_PACKAGE = fileURLToPath(new URL('../../.setup/midi-jack', import.meta.url))

export interface Jack { readonly server: Jackd; readonly hand: Hand }

/** A JACK server with a controller on it, which this process is then to hear; or why there is none. */
const openJack = async (): Promise<Jack | string> => {
  if (!existsSync(`${JACK_PACKAGE}/build/Release/midi.node`)) return 'the MIDI binding for JACK is not built here: npm run setup'
  if (spawnSync('jackd', ['--version'], { stdio: 'ignore' }).status !== 0) return 'there is no jackd here: sudo apt install jackd2'
  let server: Jackd | undefined
  try {
    server = await startJackd('bench', JACK_FRAMES, { realtime: true })
    Object.assign(process.env, { JACK_DEFAULT_SERVER: server.name, JACK_NO_START_SERVER: '1', DOPPEL_MIDI: JACK_PACKAGE })
    return { server, hand: await startHand({ kind: 'midi', name: DEVICE, package: JACK_PACKAGE }, server.env) }
  } catch (thrown) {
    await server?.close()
    return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''
  }
}

/** Whether the controller is plugged in and heard; it may take a look or two. */
const isHeard = async (stand: Stand): Promise<boolean> => {
  const connected = () => stand.desk.midi?.devices.some((device) => device.connected) === true
  for (const end = performance.now() + 5000; performance.now() < end && !connected();) {
    stand.desk.midi?.scan()
    await pause(100)
  }
  return connected()
}

/** Those who play: the hand that sends packets, and the one on the controller, or why there is none. */
export interface Hands { readonly packets: Hand; readonly midi: Hand | string }

/** A show on its desk with hands that play it, for as long as `visit` takes. */
export const onStand = async <T>(gpu: Gpu, what: Pick<StandOptions, 'generator' | 'size'>, say: (text: string) => void, visit: (stand: Stand, hands: Hands) => Promise<T>): Promise<T> => {
  const jack = await openJack()
  if (typeof jack === 'string') say(`no MIDI: ${jack}`)
  let stand: Stand | undefined
  let packets: Hand | undefined
  try {
    stand = await openStand(gpu, { ...what, midi: typeof jack === 'string' ? undefined : DEVICE })
    packets = await startHand({ kind: 'udp', port: stand.desk.osc?.port ?? 0 })
    const midi = typeof jack === 'string' ? jack : (await isHeard(stand)) ? jack.hand : 'the controller was not found'
    return await visit(stand, { packets, midi })
  } finally {
    await packets?.close()
    await stand?.close()
    if (typeof jack !== 'string') {
      await jack.hand.close()
      await jack.server.close()
    }
  }
}

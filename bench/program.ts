import { messageOf } from '../src/engine/error.js'
import type { Row } from './bench.js'
import { benches } from './benches.js'
import { openClips } from './clips.js'

// One bench in a process of its own: there is one GL context per process, and no bench measures what another left behind.

export type Answer = { readonly rows: readonly Row[] } | { readonly reason: string }

const [name = '', folder = '', quick, width, height] = process.argv.slice(2)
const say = (text: string) => process.stderr.write(`${name}: ${text}\n`)

const run = async (): Promise<Answer> => {
  const bench = await benches[name]?.()
  if (!bench) return { reason: `there is no bench named "${name}"` }
  return { rows: await bench.run({ quick: quick === 'quick', size: [Number(width), Number(height)], clips: openClips(folder, say), say }) }
}

const answer = await run().catch((thrown: unknown): Answer => ({ reason: messageOf(thrown) }))
// Out at once when the answer is sent: natives that tear themselves down have nothing more to say.
process.send?.(answer, () => process.exit(0))

import { messageOf } from '../../engine/error.js'
import type { ProbeName, Reports } from './reports.js'

/** Imported by name: a probe must not load the natives of the others. */
const probes: { readonly [Name in ProbeName]: () => Promise<Reports[Name]> } = {
  gl: async () => (await import('./gl.js')).probeGl(),
  windows: async () => (await import('./windows.js')).probeWindows(),
  media: async () => (await import('./media.js')).probeMedia(),
  models: async () => (await import('./models.js')).probeModels(),
}

const isProbe = (name: string): name is ProbeName => name in probes

const name = process.argv[2] ?? ''
const answer = isProbe(name)
  ? await probes[name]().then((report) => ({ report }), (reason: unknown) => ({ reason: messageOf(reason) }))
  : { reason: `There is no probe named "${name}".` }

// Out at once when the answer is sent: natives that tear themselves down may crash, which would say nothing about a show.
process.send?.(answer, () => process.exit(0))

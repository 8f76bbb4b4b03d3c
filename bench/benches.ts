import type { Bench } from './bench.js'

/** Every bench by name; loaded when it runs, so that none loads the natives of another. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  tick: async () => (await import('./tick.js')).tick,
  decode: async () => (await import('./decode.js')).decode,
  ring: async () => (await import('./ring.js')).ring,
  memory: async () => (await import('./memory.js')).memory,
  seek: async () => (await import('./seek.js')).seek,
  loop: async () => (await import('./loop.js')).loop,
  window: async () => (await import('./window.js')).window,
  record: async () => (await import('./record.js')).record,
  effects: async () => (await import('./effects.js')).effects,
  clones: async () => (await import('./clones.js')).clones,
  subject: async () => (await import('./subject.js')).subject,
  fuse: async () => (await import('./fuse.js')).fuse,
  stacked: async () => (await import('./stacked.js')).stacked,
  ring128: async () => (await import('./ring128.js')).ring128,
  hydra: async () => (await import('./hydra.js')).hydra,
  masks: async () => (await import('./masks.js')).masks,
  control: async () => (await import('./control.js')).control,
  floods: async () => (await import('./floods.js')).floods,
  stages: async () => (await import('./stages.js')).stages,
}

import { NO_CONTROL, createPlaying, type Playing, type PlayingOptions } from './playing.js'
import { createFaults, type Faults } from '../engine/guard.js'
import { createTransitionLook } from '../engine/look.js'
import { createRegistry, type Registry } from '../engine/registry.js'
import { MOST_SUBJECTS, type Seed } from '../masking/types.js'
import { addressKey, addressMaster, addressMasks, addressScene, addressSubjects } from './addresses.js'
import { addressClockSource } from './desk.js'
import type { ShowPlan } from './plan.js'
import { createSubjects } from './subjects.js'

/** Every parameter of a show that is planned and not opened: nothing is drawn, and everything can be played. */
export interface Addressed {
  readonly registry: Registry
  readonly playing: Playing
}

export const addressPlan = (plan: ShowPlan, monitor?: PlayingOptions['monitor'], faults: Faults = createFaults()): Addressed => {
  const registry = createRegistry()
  const owner = {
    master: { opacity: 1, blackout: false, freeze: false, testCard: false }, transition: createTransitionLook(plan.transition), bpm: plan.bpm, scene: 0,
    go(scene: number) { if (scene >= 0 && scene < plan.scenes.length) owner.scene = scene },
  }
  addressMaster(registry, owner, plan.scenes)
  for (const scene of plan.scenes) addressScene(registry, scene)
  for (const [id, { key, look }] of plan.masking) {
    if (key) addressKey(registry, id, key)
    else {
      addressMasks(registry, id, look)
      addressSubjects(registry, id, createSubjects({ masker: { seed: () => {} }, most: MOST_SUBJECTS, byItself: false, seeds: new Map<number, Seed>(), takes: ['clicks', 'boxes', 'masks'] }))
    }
  }
  addressClockSource(registry, { source: plan.desk?.clock.source ?? 'internal' })
  const playing = createPlaying({
    plan: plan.control, registry, show: owner, scenes: plan.scenes.map(({ slug }) => slug), seed: plan.seed, faults, now: () => performance.now(),
    beat: { bpm: plan.bpm, beatsPerBar: 4, barsPerPhrase: 8 }, clock: { tap: () => {}, resync: () => {}, nudge: () => {} },
    ...(monitor && { monitor }),
  })
  return { registry, playing }
}

/** Of nothing in particular: what is the same in every show. */
export const EMPTY_PLAN: ShowPlan = {
  name: 'nothing', size: undefined, fps: undefined, bpm: 120, seed: 1, sources: [], masking: new Map(), transition: createTransitionLook(), outputs: [], control: NO_CONTROL, desk: undefined, path: undefined,
  scenes: [{ slug: 'scene', name: 'Scene', transition: undefined, layers: [] }],
}

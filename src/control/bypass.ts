import { fire, type Param, type Registry } from '../engine/registry.js'

/** Every effect of every layer at once. */
export interface AllEffects {
  /** Draws without any, and with all as they were set again. */
  bypass(on: boolean): void
  /** Makes all of them forget what they remember. */
  reset(from?: string): void
  /** Call once per tick, after modulation: what is bypassed stays so. */
  tick(): void
}

/** An effect's own, at the fourth place of its address. */
const OF_EFFECT = /^\/(?!master\/|clock\/|sources\/|cues\/|modulators\/)[^/]+\/[^/]+\/[^/]+\/(bypass|reset)$/

const find = (registry: Registry, name: 'bypass' | 'reset'): Param[] => {
  const type = name === 'bypass' ? 'bool' : 'trigger'
  return [...registry.addresses].flatMap((address) => {
    const param = OF_EFFECT.exec(address)?.[1] === name ? registry.get(address) : undefined
    return param?.decl.type === type ? [param] : []
  })
}

export const createAllEffects = (registry: Registry): AllEffects => {
  let bypassed: readonly Param[] = []
  return {
    bypass(on) {
      for (const param of bypassed) param.release()
      bypassed = on ? find(registry, 'bypass') : []
    },
    reset(from = '') { for (const param of find(registry, 'reset')) fire(param, from) },
    tick() { for (const param of bypassed) param.modulate(true) },
  }
}

import type { Moment } from '../engine/effect.js'
import { createTransitionLook, type TransitionLook } from '../engine/look.js'
import type { Source } from '../engine/types.js'
import { createCompositor } from '../gl/compositor.js'
import type { Side } from '../gl/shared-rings.js'
import { createTransition } from '../gl/transition.js'
import type { Gpu, Target } from '../gl/types.js'
import type { Scene } from './scene.js'

/** Sources of scenes that are not seen yet may still have to be opened. */
export interface SourceDoor {
  /** The open ones. */
  readonly all: ReadonlyMap<string, Source>
  /** Opens these where they are not open yet, and may close any that are not in `keep`. Rejects when one cannot be opened. */
  need?(ids: readonly string[], keep: ReadonlySet<string>): Promise<void>
}

export interface ProgrammeOptions {
  readonly width: number
  readonly height: number
  readonly scenes: readonly Scene[]
  readonly sources: SourceDoor
  /** Told when a scene could not be opened; the one before plays on. */
  readonly refused: (scene: Scene, thrown: unknown) => void
}

/** Which scene is seen, and the way to the next one. */
export interface Programme {
  /** Index of the scene shown, or on its way. */
  readonly scene: number
  /** 0..1 while a transition runs. */
  readonly progress: number | undefined
  /**
   * Goes to a scene. It begins once the scene's sources are open and their first pictures are there, so that nothing stumbles
   * at the switch; a newer call takes the place of one that has not begun. Other numbers are ignored.
   */
  go(scene: number, look: TransitionLook): void
  /** Sources to be advanced in this tick. */
  readonly playing: readonly Source[]
  /** Sources of the scene about to come, which wait at their beginning. */
  readonly waiting: readonly Source[]
  /** The scene that is seen; of two, the one that comes. */
  readonly seen: Scene | undefined
  upload(moment: Moment): void
  draw(moment: Moment, exact: boolean): Target
  /** Resolves when the scene that was asked for can begin: for rendering offline. */
  ready(): Promise<void>
  close(): void
}

/** A source that gives no picture for this long keeps its scene waiting no longer. */
const PATIENCE_SECONDS = 2

/** Opens the programme on its first scene. */
export const createProgramme = (gpu: Gpu, { width, height, scenes, sources, refused }: ProgrammeOptions): Programme => {
  const compositors = [createCompositor(gpu, { width, height })]
  // With one scene there is nowhere to go.
  const transition = scenes.length > 1 ? createTransition(gpu, { width, height }) : undefined
  if (transition) compositors.push(createCompositor(gpu, { width, height }))
  let current = 0
  /** The current scene's; the next one comes in on the other. */
  let side: Side = 0
  let next: { index: number; look: TransitionLook; began: number } | undefined
  let pending: { index: number; look: TransitionLook; opened: boolean; opening: Promise<void>; waited: number } | undefined
  let playing: Source[] = []
  let waiting: Source[] = []
  let progress: number | undefined

  const idsOf = (...indices: readonly (number | undefined)[]) => new Set(indices.flatMap((i) => (i === undefined ? [] : scenes[i]?.sources ?? [])))
  const opened = (ids: Iterable<string>) => [...ids].flatMap((id) => sources.all.get(id) ?? [])
  const rewire = () => {
    playing = opened(idsOf(current, next?.index))
    waiting = pending?.opened ? opened(idsOf(pending.index)).filter((source) => !playing.includes(source)) : []
  }
  rewire()

  /** The neighbours are what the arrow keys lead to: they are opened before anyone asks. */
  const neighbours = () => [(current + 1) % scenes.length, (current + scenes.length - 1) % scenes.length]
  const open = (index: number) => {
    const keep = idsOf(current, next?.index, pending?.index, index, ...neighbours())
    return sources.need?.([...idsOf(index)], keep) ?? Promise.resolve()
  }
  const openNeighbours = () => {
    // What fails is told when it is asked for.
    for (const index of neighbours()) if (index !== current) open(index).catch(() => {})
  }
  const otherSide = (): Side => (side === 0 ? 1 : 0)
  /** The next scene is the current one now, where it sits. */
  const take = (index: number) => {
    current = index
    side = otherSide()
  }
  const begin = (moment: Moment) => {
    if (!pending) return
    if (next) take(next.index)
    next = { index: pending.index, look: pending.look, began: moment.beat }
    pending = undefined
    scenes[next.index]?.enter(otherSide())
    rewire()
  }
  const arrive = () => {
    if (!next) return
    take(next.index)
    next = undefined
    progress = undefined
    rewire()
    openNeighbours()
  }
  if (scenes.length > 1) openNeighbours()

  return {
    get scene() { return pending?.index ?? next?.index ?? current },
    get progress() { return progress },
    get seen() { return scenes[next?.index ?? current] },
    get playing() { return playing },
    get waiting() { return waiting },
    go(index, look) {
      const scene = scenes[index]
      if (!scene) return
      if (index === (next?.index ?? current)) {
        pending = undefined
        rewire()
        return
      }
      const asked = { index, look: createTransitionLook({ ...look }), opened: false, opening: Promise.resolve(), waited: 0 }
      pending = asked
      rewire()
      if (scene.sources.every((id) => sources.all.has(id))) asked.opened = true
      else {
        asked.opening = open(index).then(() => {
          asked.opened = true
          rewire()
        }, (thrown: unknown) => {
          if (pending === asked) pending = undefined
          refused(scene, thrown)
        })
      }
      rewire()
    },
    upload(moment) {
      if (pending?.opened) {
        // Its first pictures go to the GPU, and its sources' shaders are compiled, while it is not seen yet.
        scenes[pending.index]?.upload(moment)
        pending.waited += moment.dt
        if (pending.waited > PATIENCE_SECONDS || waiting.every((source) => source.latest() !== undefined)) begin(moment)
      }
      scenes[current]?.upload(moment)
      if (!next) return
      progress = next.look.length > 0 && next.look.kind !== 'cut' ? Math.min(1, (moment.beat - next.began) / next.look.length) : 1
      if (progress >= 1) arrive()
      scenes[next?.index ?? current]?.upload(moment)
    },
    draw(moment, exact) {
      const [first, second] = compositors
      const from = scenes[current]
      const to = next && scenes[next.index]
      if (!first || !from) throw new RangeError('a programme has at least one scene')
      if (!to || !next || !second || !transition) return from.draw(first, moment, exact, true)
      const outgoing = from.draw(first, moment, exact, false)
      const incoming = to.draw(second, moment, exact, false)
      return transition.draw(outgoing, incoming, next.look, progress ?? 0, from.subject ?? to.subject)
    },
    async ready() {
      await pending?.opening
    },
    close() {
      for (const compositor of compositors) compositor.close()
      transition?.close()
    },
  }
}

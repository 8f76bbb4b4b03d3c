import { createDistanceField } from '../subject/distance.js'
import { createProgram, type Program } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { createDespeckle } from './despeckle.js'
import { CHOKE, matteSource, spillSource, wayOf } from './glsl.js'
import { keyById } from './index.js'
import { createMemory } from './memory.js'
import { createScreen } from './screen.js'
import type { Key, Keyed, KeyValues } from './types.js'
import { createPlayed } from './values.js'
import { createOwned } from '../owned.js'

export interface KeyOptions {
  /** The canvas, pixels. */
  readonly width: number
  readonly height: number
  /** One of {@link KEYS} by its id. */
  readonly kind: string
  /** Played with: what is missing has its default. */
  readonly values: KeyValues
}

/** A choke below this moves nothing, picture heights. */
const LEAST_CHOKE = 1e-4

/**
 * Makes a key: its mask in one pass over the canvas, with passes on small grids before it (the screen's level, islands and holes),
 * and two more at full size where the edge is moved or the colour cleaned. Throws a {@link DoppelError} for a key that is
 * not there, or when memory is short.
 */
export const createKey = (gpu: Gpu, { width, height, kind, values }: KeyOptions): Key => {
  const decl = keyById(kind)
  const { keep, all, close } = createOwned()
  const build = () => {
    const size = { width, height }
    const program = (name: string, fragment: string) => keep(createProgram(gpu, { fragment, file: `${decl.id} key: ${name}` }))
    const { memory, screen } = decl
    return {
      mask: keep(createTarget(gpu, { ...size, format: 'r8' })),
      plain: keep(createTarget(gpu, { ...size, format: 'r8' })),
      matte: program('matte', matteSource(decl)),
      choke: program('choke', CHOKE),
      field: keep(createDistanceField(gpu, size)),
      despeckle: keep(createDespeckle(gpu, decl, size)),
      memory: memory && keep(createMemory(gpu, decl, memory, size)),
      screen: screen && {
        level: keep(createScreen(gpu, decl, screen.levelGlsl, size)),
        spill: program('spill', spillSource(decl, screen.spillGlsl)),
        cleaned: keep(createTarget(gpu, { ...size, format: 'rgba8' })),
      },
    }
  }
  const built = all(build)
  const { mask, plain, matte, choke, field, despeckle, memory, screen } = built
  const played = createPlayed(decl, values)
  const keyed: { -readonly [K in keyof Keyed]: Keyed[K] } = { mask, colour: mask, seq: 0 }
  /** What the distance field looks at. */
  const chosen = { chosen: plain, seq: 0 }
  const way = new Float32Array(3)
  let picture: Target = mask
  let shown = Number.NaN

  /** Everything the key's own functions read. */
  const dress = (program: Program) => {
    played.apply(program)
    program.texture('picture', picture.texture)
    if (memory) {
      program.texture('memory', memory.texture)
      program.set('ready', memory.ready)
    }
    if (screen) {
      program.texture('screenLevel', screen.level.level)
      program.set('screenWay', way)
    }
  }
  const number = (name: string) => Number(played.valueOf(name))

  const drawMask = () => {
    const size = number('despeckle')
    if (size > 0) despeckle.find(size, dress)
    const by = number('choke')
    const moves = Math.abs(by) >= LEAST_CHOKE
    matte.use()
    dress(matte)
    matte.set('cleans', size > 0 ? 1 : 0)
    matte.texture('near', despeckle.near)
    matte.draw(moves ? plain : mask)
    if (!moves) return
    chosen.seq += 1
    field.update(chosen)
    choke.use()
    choke.set('choke', by)
    choke.set('pixel', 1 / height)
    choke.texture('matte', plain.texture)
    choke.texture('field', field.texture)
    choke.texture('picture', picture.texture)
    choke.draw(mask)
  }

  return {
    draw(colour, seq, { time }) {
      const isNew = seq !== shown
      if (!played.changed() && !isNew && colour === picture) return keyed
      shown = seq
      picture = colour
      memory?.update(mask, values, time, isNew, dress)
      if (screen) {
        wayOf(played.valueOf('key') as readonly number[], way)
        screen.level.find(dress)
      }
      drawMask()
      keyed.colour = colour
      if (screen && number('spill') > 0) {
        screen.spill.use()
        dress(screen.spill)
        screen.spill.texture('mask', mask.texture)
        screen.spill.draw(screen.cleaned)
        keyed.colour = screen.cleaned
      }
      keyed.seq += 1
      return keyed
    },
    reset() {
      memory?.reset()
      shown = Number.NaN
    },
    close,
  }
}

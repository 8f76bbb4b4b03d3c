import type { EffectDecl } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { nearest } from '../engine/nearest.js'
import { clones } from './clones/index.js'
import { matter } from './matter/index.js'
import { plain } from './plain/index.js'
import { recursion } from './recursion/index.js'
import { symmetry } from './symmetry/index.js'
import { time } from './time/index.js'
import { world } from './world/index.js'

/** Effects that belong together; each family has a folder of its own. */
export interface Family {
  readonly id: string
  readonly label: string
  readonly about: string
  readonly effects: readonly EffectDecl[]
}

/** In the order menus and the gallery show them. */
export const FAMILIES: readonly Family[] = [
  { id: 'plain', label: 'Plain', about: 'What every VJ expects: colour, lines, light and feedback over the whole picture.', effects: plain },
  { id: 'clones', label: 'Clones and arrangements', about: 'The cut-out many times over: rings, rows, crowds and echoes.', effects: clones },
  { id: 'recursion', label: 'Recursion and growth', about: 'The cut-out inside itself, and what grows out of it.', effects: recursion },
  { id: 'time', label: 'Time inside the mask', about: 'The subject and its world keep different time.', effects: time },
  { id: 'symmetry', label: 'Symmetry and merges', about: 'The subject folded, halved and joined with itself.', effects: symmetry },
  { id: 'matter', label: 'Deformation and matter', about: 'The subject as stuff: it melts, swells, shatters and blows away.', effects: matter },
  { id: 'world', label: 'Compositing and world', about: 'The subject and what lies around it: shadows, ghosts and portals.', effects: world },
]

/** Every effect there is. */
export const EFFECTS: readonly EffectDecl[] = FAMILIES.flatMap(({ effects }) => effects)

/** @throws DoppelError for an unknown id, with the nearest one there is. */
export const effectById = (id: string): EffectDecl => {
  const found = EFFECTS.find((effect) => effect.id === id)
  if (found) return found
  const ids = EFFECTS.map((effect) => effect.id)
  const meant = nearest(id, ids)
  throw new DoppelError(`there is no effect "${id}"`, meant ? `did you mean "${meant}"? npx doppel effects lists them all` : `the effects are ${ids.join(', ')}`)
}

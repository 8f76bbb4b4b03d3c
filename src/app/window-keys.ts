import { keyText, printedKey } from '../control/keys.js'
import type { OutputWindow } from '../ui/output-window.js'
import type { KeyRow, Sheet } from '../ui/sheet.js'
import type { Desk } from './desk.js'
import { keepSet } from './keep.js'
import type { ShowPlan } from './plan.js'
import type { Show } from './show.js'

/** The most needed ones, for the window's title. */
export const KEY_HELP = 'Click what to follow, right click what not   ? all keys   F fullscreen   Esc leave   B blackout   Space freeze   Q quit'

/** Keys for what is followed, beside those that play parameters; src/control/keys.ts says what they do, and which belong to the window itself. */
const SUBJECT_KEYS: Readonly<Record<string, (aiming: Show['aiming']) => void>> = {
  m: (aiming) => { aiming.view = !aiming.view },
  n: ({ subjects }) => { subjects?.add() },
  tab: ({ subjects }) => { if (subjects) subjects.chosen = (subjects.chosen + 1) % subjects.most },
  h: ({ subjects }) => { subjects?.freeze(subjects.chosen, !subjects.isFrozen(subjects.chosen)) },
  delete: ({ subjects }) => { subjects?.remove(subjects.chosen) },
}

/** All keys as they are bound: actions where the set has put them, the window's own, and what the set binds to keys of its own. */
export const keyRows = ({ keys, bindings }: Pick<Desk['playing'], 'keys' | 'bindings'>): KeyRow[] => {
  const usual = new Set(keys.bindings)
  const own = bindings.list.filter((binding) => binding.from.startsWith('key/') && !usual.has(binding))
  return [...keys.rows, ...own.map(({ from, to }) => ({ keys: printedKey(from.slice('key/'.length)), does: to }))]
}

export interface Pressed {
  readonly show: Show
  readonly desk: Desk
  readonly plan: ShowPlan
  /** The window that has the keyboard: the one the performer sees. */
  readonly window: Pick<OutputWindow, 'show' | 'shown'>
  quit(): void
  say(line: string): void
}

/** A key of a window: what it plays, what it does to subjects, or what the window itself has to do. */
export const pressKey = (name: string, { show, desk, plan: { path, scenes }, window, quit, say }: Pressed): void => {
  const { playing } = desk
  if (name === 's') {
    say(path === undefined ? 'this is no set: there is nothing to save it in' : keepSet({ path, scenes, registry: show.registry, bpm: show.bpm, bindings: playing.bindings.list, seeds: show.aiming.seeds() }))
    return
  }
  if (name === 'escape') {
    desk.learn.cancel()
    return
  }
  if (name === 'l') {
    desk.learn.toggle((line, done) => {
      say(line)
      window.show(done ? undefined : { title: LEARN, rows: [{ keys: 'L', does: line }], about: ONLY_HERE })
    })
    return
  }
  SUBJECT_KEYS[name]?.(show.aiming)
  const local = playing.key(name)
  playing.key(name, 'release')
  if (local === 'quit') quit()
  if (local === 'help') help(desk, window, say)
}

const [KEYS, LEARN] = ['Keys', 'Learn'] as const
const ONLY_HERE = 'Seen in this window alone, and not recorded.'

const help = ({ playing }: Desk, window: Pressed['window'], say: Pressed['say']) => {
  if (window.shown?.title === KEYS) {
    window.show(undefined)
    return
  }
  const rows = keyRows(playing)
  const sheet: Sheet = { title: KEYS, rows, about: `Esc or the same key takes this away. ${ONLY_HERE}` }
  // Where there is no font to paint them with, they are read in the terminal alone.
  if (!window.show(sheet)) say('the keys cannot be painted over the picture: there is no font, or no room for temporary files')
  say(keyText(rows))
}

import { KEY_ACTIONS, type BindingMode, type KeyAction } from '../engine/controls.js'
import type { ParamValue } from '../engine/params.js'
import type { BindingDecl } from './binding.js'

/** What an action is, the keys it has unless they are given others, and what it plays. */
interface ActionRow {
  readonly does: string
  readonly keys: readonly string[]
  /** Undefined is done by the window, not by a parameter. */
  readonly to?: string
  readonly mode?: BindingMode
  readonly value?: ParamValue
}

/** Names of keys are Qt's, lower-case: `b`, `space`, `return`, `pageup`, `question`. */
const ACTIONS: Readonly<Record<KeyAction, ActionRow>> = {
  blackout: { does: 'blackout', keys: ['b'], to: '/master/blackout', mode: 'toggle' },
  freeze: { does: 'freeze', keys: ['space'], to: '/master/freeze', mode: 'toggle' },
  bypass: { does: 'bypass all effects', keys: ['a'], to: '/master/bypass', mode: 'toggle' },
  'test-card': { does: 'test card', keys: ['t'], to: '/master/test-card', mode: 'toggle' },
  reset: { does: 'reset effects', keys: ['backspace'], to: '/master/reset', mode: 'trigger' },
  tap: { does: 'tap the tempo', keys: ['return', 'enter'], to: '/clock/tap', mode: 'trigger' },
  resync: { does: 'this is the one', keys: ['r'], to: '/clock/resync', mode: 'trigger' },
  half: { does: 'half tempo', keys: ['comma'], to: '/clock/half', mode: 'trigger' },
  double: { does: 'double tempo', keys: ['period'], to: '/clock/double', mode: 'trigger' },
  'nudge-back': { does: 'beat later', keys: ['bracketleft'], to: '/clock/nudge', mode: 'set', value: -0.02 },
  'nudge-on': { does: 'beat earlier', keys: ['bracketright'], to: '/clock/nudge', mode: 'set', value: 0.02 },
  'previous-scene': { does: 'scene back', keys: ['left'], to: '/master/previous-scene', mode: 'trigger' },
  'next-scene': { does: 'scene on', keys: ['right'], to: '/master/next-scene', mode: 'trigger' },
  // What a presenter's clicker sends, too.
  'previous-cue': { does: 'cue back', keys: ['pageup', 'up'], to: '/cues/previous', mode: 'trigger' },
  'next-cue': { does: 'cue on', keys: ['pagedown', 'down'], to: '/cues/next', mode: 'trigger' },
  go: { does: 'next cue now', keys: ['g'], to: '/cues/go', mode: 'trigger' },
  undo: { does: 'undo', keys: ['z'], to: '/master/undo', mode: 'trigger' },
  redo: { does: 'redo', keys: ['y'], to: '/master/redo', mode: 'trigger' },
  help: { does: 'this help', keys: ['question'] },
  quit: { does: 'quit', keys: ['q'] },
}

/** How keys are printed; others in capitals. */
const PRINTED: Readonly<Record<string, string>> = {
  space: 'Space', left: '←', right: '→', up: '↑', down: '↓', return: 'Enter', enter: 'Enter (numbers)', backspace: 'Backspace', pageup: 'Page up', pagedown: 'Page down',
  comma: ',', period: '.', bracketleft: '[', bracketright: ']', question: '?', escape: 'Esc', tab: 'Tab', delete: 'Del',
}
/** What the windows take for themselves: it is not played, and has these keys always. */
const WINDOW_KEYS: Readonly<Record<string, string>> = {
  f: 'fullscreen', escape: 'leave fullscreen, help, learning', m: 'masks in their colours', n: 'next click: a new subject', tab: 'next subject', h: 'hold the subject\'s mask', delete: 'forget the subject', l: 'learn: bind the control moved next', s: 'save the set as it is played',
}
/** And with the mouse. */
const MOUSE = [{ keys: 'Click', does: 'follow what is clicked' }, { keys: 'Right click', does: 'not that' }] as const

export const printedKey = (key: string): string => PRINTED[key] ?? key.toUpperCase()
/** Rows of keys as lines of text, what they do below one another. */
export const keyText = (rows: readonly { readonly keys: string; readonly does: string }[]): string => {
  const width = Math.max(...rows.map(({ keys }) => keys.length))
  return rows.map(({ keys, does }) => `${keys.padEnd(width)}  ${does}`).join('\n')
}
/** The control a key is. */
export const keyControl = (key: string): string => `key/${key.toLowerCase()}`

export interface KeysOptions {
  /** Other keys for actions; an empty list leaves one without. */
  readonly keys?: Readonly<Partial<Record<KeyAction, string | readonly string[] | undefined>>> | undefined
  /** Slugs of the scenes, of which 1 to 9 go to the first nine. */
  readonly scenes?: readonly string[]
  /** Keys that bindings of the set use: no action has them, unless the set gives it. */
  readonly taken?: Iterable<string>
}

export interface Keys {
  /** For the table of bindings. */
  readonly bindings: readonly BindingDecl[]
  /** What a key does that is no parameter. */
  local(key: string): 'help' | 'quit' | undefined
  /** In sentences, for the performer. */
  readonly conflicts: readonly string[]
  /** Rows of keys and what they do. */
  readonly rows: readonly { readonly keys: string; readonly does: string }[]
}

export const createKeys = ({ keys: given = {}, scenes = [], taken = [] }: KeysOptions = {}): Keys => {
  const owner = new Map<string, string>(Object.entries(WINDOW_KEYS))
  const conflicts: string[] = []
  const own = new Map<KeyAction, string[]>()
  const claim = (action: KeyAction, asked: readonly string[], told: boolean) => {
    for (const key of asked.map((name) => name.toLowerCase())) {
      const other = owner.get(key)
      if (other === undefined) {
        owner.set(key, ACTIONS[action].does)
        own.set(action, [...(own.get(action) ?? []), key])
      } else if (told || !['a binding of the set', 'a scene'].includes(other)) conflicts.push(`the key ${printedKey(key)} is asked for ${ACTIONS[action].does}, and is ${other}'s already: give one of them another under "keys" in the set`)
    }
  }
  // The set's own wishes come first, then what it binds, then the scenes, and what is usual has what is left.
  const wishes = KEY_ACTIONS.filter((action) => given[action] !== undefined)
  for (const action of wishes) claim(action, [given[action] ?? []].flat(), true)
  for (const key of taken) {
    const other = owner.get(key.toLowerCase())
    if (other !== undefined) conflicts.push(`the key ${printedKey(key)} is bound in the set, and is ${other}'s already: both happen`)
    else owner.set(key.toLowerCase(), 'a binding of the set')
  }
  const sceneKeys = scenes.slice(0, 9).map((value, i) => ({ key: String(i + 1), value })).filter(({ key }) => !owner.has(key))
  for (const { key } of sceneKeys) owner.set(key, 'a scene')
  for (const action of KEY_ACTIONS) if (!wishes.includes(action)) claim(action, ACTIONS[action].keys, false)

  const locals = new Map((['help', 'quit'] as const).flatMap((action) => (own.get(action) ?? []).map((key) => [key, action] as const)))
  const rows = [
    ...KEY_ACTIONS.flatMap((action) => (own.get(action)?.length ? [{ keys: (own.get(action) ?? []).map(printedKey).join(', '), does: ACTIONS[action].does }] : [])),
    ...(sceneKeys.length > 1 ? [{ keys: `${sceneKeys[0]?.key ?? ''}-${sceneKeys[sceneKeys.length - 1]?.key ?? ''}`, does: 'scenes' }] : sceneKeys.map(({ key }) => ({ keys: key, does: 'scene' }))),
    ...MOUSE,
    ...Object.entries(WINDOW_KEYS).map(([key, does]) => ({ keys: printedKey(key), does })),
  ]
  return {
    bindings: [
      ...KEY_ACTIONS.flatMap((action) => {
        const { to, mode, value } = ACTIONS[action]
        return to === undefined ? [] : (own.get(action) ?? []).map((key): BindingDecl => ({ from: keyControl(key), to, mode, value }))
      }),
      ...sceneKeys.map(({ key, value }): BindingDecl => ({ from: keyControl(key), to: '/master/scene', mode: 'radio', value })),
    ],
    local: (key) => locals.get(key.toLowerCase()),
    conflicts,
    rows,
  }
}

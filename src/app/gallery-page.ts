import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAMILIES } from '../effects/index.js'
import { READS, type EffectDecl, type Reads } from '../engine/effect.js'
import { defaultOf, expectedOf } from '../engine/params.js'
import { loopPath, sheetPath } from './gallery-pictures.js'

/** What a gallery's folder has to show. */
export interface Gallery {
  /** Whether a picture was drawn, by its path in the folder. */
  has(path: string): boolean
  /** What the filmed clip is, in its maker's words; undefined when nobody wrote that down. */
  readonly clip: string | undefined
}

/** Where it is told what the filmed clip is: beside the pictures of it, so that a notice its licence asks for goes where they go. */
const CLIP_NOTE = 'filmed/CLIP.md'

/** Looks at what was drawn into a folder. */
export const readGallery = (folder: string): Gallery => {
  const note = join(folder, CLIP_NOTE)
  return { has: (path) => existsSync(join(folder, path)), clip: existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined }
}

const shown = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value))

/** What an effect looks at, in a reader's words. */
const READS_IN_WORDS: Readonly<Record<Reads, string>> = {
  mask: 'the mask', history: 'the last two seconds', blurred: 'the picture out of focus', previous: 'its own last picture', subject: 'where the subject is', sdf: 'the distance to its edge',
  flow: 'the motion in the picture', plate: 'the background behind it', loop: 'the last four beats', waveform: 'the sound\'s wave', spectrum: 'its spectrum',
}

const rows = ({ params }: EffectDecl): string[] => Object.entries(params).map(([name, decl]) => `| \`${name}\` | ${decl.label ?? name} | ${expectedOf(decl)} | ${shown(defaultOf(decl))} |`)

const picturesOf = ({ id, label }: EffectDecl, { has }: Gallery): string[] => [
  ...(has(loopPath(id)) ? [`![${label}](${loopPath(id)})`, ''] : []),
  ...(has(sheetPath(id)) ? [`![${label} on a filmed clip](${sheetPath(id)})`, ''] : []),
]

const section = (decl: EffectDecl, gallery: Gallery): string => {
  const { id, label, about, reads } = decl
  const looks = READS.filter((read) => reads.includes(read)).map((read) => READS_IN_WORDS[read])
  return [
    `### ${label}`,
    '',
    ...picturesOf(decl, gallery),
    `${about}`,
    '',
    `\`--effect ${id}\`${looks.length > 0 ? ` - reads ${looks.join(', ')}` : ''}`,
    '',
    '| parameter | is | takes | default |',
    '|---|---|---|---|',
    ...rows(decl),
    '',
  ].join('\n')
}

const link = (text: string) => `[${text}](#${text.toLowerCase().replace(/[^a-z0-9 -]/g, '').replace(/ /g, '-')})`

const LOOPS = 'Every loop is Doppel\'s own dancer at 120 bpm, four beats of it, drawn by `npx doppel gallery`.'
const SHEETS = 'Every sheet is four moments of a filmed clip within four beats, drawn by `npx doppel gallery --clip`.'

/** The page that shows every effect with a picture, made from the declarations: docs/effects/README.md. */
export const galleryPage = (gallery: Gallery): string => {
  const families = FAMILIES.map((family) => ({ ...family, effects: family.effects.filter((decl) => picturesOf(decl, gallery).length > 0) })).filter(({ effects }) => effects.length > 0)
  const drawn = families.flatMap(({ effects }) => effects)
  const filmed = drawn.some(({ id }) => gallery.has(sheetPath(id)))
  return [
    '# Effects',
    '',
    ...(drawn.some(({ id }) => gallery.has(loopPath(id))) ? [LOOPS] : []),
    ...(filmed ? [SHEETS] : []),
    'Each effect also takes `mix` (0 is the untouched picture), `bypass`, `mask` (everywhere, inside or outside the subject) and `reset`.',
    'This page is generated from the declarations.',
    '',
    ...(filmed && gallery.clip !== undefined ? [gallery.clip, ''] : []),
    ...families.map(({ label, effects }) => `- ${link(label)}: ${effects.map((effect) => link(effect.label)).join(', ')}`),
    '',
    ...families.map(({ label, about, effects }) => [`## ${label}`, '', about, '', ...effects.map((decl) => section(decl, gallery))].join('\n')),
  ].join('\n')
}

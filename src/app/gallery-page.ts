import { FAMILIES } from '../effects/index.js'
import { READS, type EffectDecl, type Reads } from '../engine/effect.js'
import { defaultOf, expectedOf } from '../engine/params.js'

const shown = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value))

/** What an effect looks at, in a reader's words. */
const READS_IN_WORDS: Readonly<Record<Reads, string>> = {
  mask: 'the mask', history: 'the last two seconds', blurred: 'the picture out of focus', previous: 'its own last picture', subject: 'where the subject is', sdf: 'the distance to its edge',
  flow: 'the motion in the picture', plate: 'the background behind it', loop: 'the last four beats', waveform: 'the sound\'s wave', spectrum: 'its spectrum',
}

const rows = ({ params }: EffectDecl): string[] => Object.entries(params).map(([name, decl]) => `| \`${name}\` | ${decl.label ?? name} | ${expectedOf(decl)} | ${shown(defaultOf(decl))} |`)

const section = (decl: EffectDecl): string => {
  const { id, label, about, reads } = decl
  const looks = READS.filter((read) => reads.includes(read)).map((read) => READS_IN_WORDS[read])
  return [
    `### ${label}`,
    '',
    `![${label}](${id}.webp)`,
    '',
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

/** The page that shows every effect, made from the declarations: docs/effects/README.md. */
export const galleryPage = (): string => [
  '# Effects',
  '',
  'Every effect on Doppel\'s own dancer at 120 bpm, four beats of it, drawn by `npx doppel gallery`. Each also takes `mix` (0 is the',
  'untouched picture), `bypass`, `mask` (everywhere, inside or outside the subject) and `reset`. This page is generated from the',
  'declarations.',
  '',
  ...FAMILIES.map(({ label, effects }) => `- ${link(label)}: ${effects.map((effect) => link(effect.label)).join(', ')}`),
  '',
  ...FAMILIES.map(({ label, about, effects }) => [`## ${label}`, '', about, '', ...effects.map(section)].join('\n')),
].join('\n')

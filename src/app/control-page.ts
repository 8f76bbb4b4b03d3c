import { createKeys } from '../control/keys.js'
import { BINDING_MODES, CURVES, ENCODINGS, LFO_SHAPES, MODULATORS, TAKEOVERS } from '../engine/controls.js'
import { createMaskLook } from '../engine/look.js'
import { expectedOf } from '../engine/params.js'
import { profiles } from '../control/midi/profiles.js'
import { addressPlan } from './addressed.js'
import { planShow, type ShowPlan } from './plan.js'

/** One scene with one layer of one source with live masks and one effect: a bit of everything there is. */
const example = (): ShowPlan => {
  const plan = planShow('generator:dancer', ['echo'])
  return { ...plan, masking: new Map([['cam', { segmenter: undefined, seeds: [], firstMask: undefined, provider: 'auto' as const, look: createMaskLook() }]]) }
}

const GROUPS: readonly (readonly [title: string, about: string, belongs: (address: string) => boolean])[] = [
  ['Master', 'Over everything.', (address) => address.startsWith('/master/')],
  ['Clock', 'The beat. `tap`, `resync`, `half` and `double` are triggers; `nudge` is in beats, and a positive one makes beats come earlier.', (address) => address.startsWith('/clock/')],
  ['Cues', 'And `/cues/<name>` for each cue of the set.', (address) => address.startsWith('/cues/')],
  ['Subjects of a source', 'Of sources whose masks are made live (here `cam`). Places count from the bottom left, 0 to 1.', (address) => address.startsWith('/sources/')],
  ['Layers', '`/scene/layer/...`, by the names in the set.', (address) => /^\/scene\/layer\/(?!transform|echo)/.test(address)],
  ['Transform of a layer', '', (address) => address.startsWith('/scene/layer/transform/')],
  ['Effects', 'Here `echo`; the parameters of each effect are in [effects](effects/README.md).', (address) => address.startsWith('/scene/layer/echo/')],
]

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')

/** docs/control.md: made from the parameters, keys, controllers and words as they are. */
export const controlPage = (): string => {
  const { registry, playing } = addressPlan(example())
  const params = [...registry.addresses].flatMap((address) => registry.get(address) ?? [])
  const text = `# Control

Everything that can be played has one address: its OSC path, what MIDI and keys are bound to, its key in the set file and its
place in OSCQuery. This page is generated from the parameters themselves; \`npx doppel addresses sets/midnight\` lists those of a set,
and \`npx doppel monitor sets/midnight\` shows what your controllers send and what it plays.

## OSC and OSCQuery

\`\`\`
npx doppel play sets/midnight                                              # OSC on 127.0.0.1:9000, OSCQuery on the same port
npx doppel play sets/midnight --osc-port 7000 --osc-query-port 7001
npx doppel play sets/midnight --osc 0.0.0.0:9000 --osc-token "doors at ten"  # the whole network, with a token
\`\`\`

Send a value to an address, with wildcards if you like (\`/ghost/*/opacity 0.5\`). Colours are four floats (or the type \`r\`),
points two floats, choices their name or number; a trigger fires with no argument or anything but 0. Bundles wait for their time.
Other addresses are controls of their own: bind them as \`{ "kind": "osc", "address": "/fader/1" }\`.

| send | does |
|---|---|
| \`/doppel/subscribe [port]\` | every value, and each change from then on, is sent to you; renew within 10 minutes |
| \`/doppel/unsubscribe [port]\` | no more of it |
| \`/doppel/token <token>\` | beyond this computer, before anything else; answered with T. It is not encrypted: use a network of your own |

OSCQuery answers at \`http://127.0.0.1:9000\`, over HTTP and WebSocket (LISTEN, PATH_ADDED, PATH_REMOVED); beyond this computer it
announces itself by mDNS (\`_oscjson._tcp\`, and OSC as \`_osc._udp\`) and wants the token (\`?token=\` or \`Authorization: Bearer\`).

## MIDI

Every controller that is plugged in is heard (\`--midi nano\` takes those with "nano" in their name, \`--midi none\` takes none); one that is
unplugged binds again by its name when it is back. Bind its controls in the set file:

\`\`\`json
{ "bindings": [
  { "from": { "kind": "midi-cc", "device": "nanoKONTROL2", "number": 0 }, "to": "/ghost/room/opacity", "takeover": "pickup" },
  { "from": { "kind": "midi-note", "number": 36 }, "to": "/master/blackout", "mode": "momentary" },
  { "from": { "kind": "midi-cc", "number": 16, "relative": "auto" }, "to": "/ghost/room/transform/rotation" }
] }
\`\`\`

Modes: ${BINDING_MODES.join(', ')}. Curves: ${CURVES.join(', ')}. Takeover of a fader that stands elsewhere: ${TAKEOVERS.join(', ')}.
An endless encoder says in \`relative\` how it counts its steps (${ENCODINGS.join(', ')}; auto finds out while it is turned both ways).
Lights and motor faders follow. Known controllers: ${profiles.map(({ label }) => label).join(', ')}; their tables are written from the
makers' manuals and have not yet been run on the hardware.

Or bind it while the show plays: change a parameter (by a key, OSC or a control), press **L**, and move the control that is to play it; the other
way round works, too. The window and the terminal say what is waited for. Undo takes it back, **S** saves it in the set. From the command line:
\`npx doppel learn sets/midnight /ghost/room/opacity\`.

## The beat

Tap it, set it (\`--bpm 128\`), or follow MIDI clock, what is heard, or Ableton Link (\`--clock midi|audio|link\`). \`/clock/source\`
says what is followed; cues may set it, and S saves it.

\`--audio track.wav\` or \`--audio <interface>\` listens; effects and modulators hear bass, low mids, high mids and treble, and effects can read the wave
and its spectrum ([writing an effect](writing-an-effect.md)). An interface or a sound server that goes away leaves silence and is looked for every two
seconds. \`npx doppel devices\` lists the names; on Linux:

| \`--audio\` | hears |
|---|---|
| \`default\` | the default input of PulseAudio or PipeWire |
| \`pulse:<source>\` | a source of either; one that ends in \`.monitor\` is what the computer plays |
| \`jack:doppel\` | a JACK port of that name, to be joined in a patch bay; through PipeWire start Doppel with \`pw-jack\` |
| \`alsa:hw:0\`, \`alsa:plughw:CARD=USB\` | the hardware itself, while no sound server holds it |
| \`alsa:default\`, \`alsa:pulse\` | what ALSA's plug-ins lead to |

All but the hardware itself are heard through the system's own \`ffmpeg\` (Debian and Ubuntu: \`sudo apt install ffmpeg\`).

**Ableton Link** is not part of Doppel, as its licence is the GPL: \`npm run setup -- --link\` fetches and builds it. Doppel then follows the tempo and the
bars of the session it finds; alone, or when the last peer leaves, the beat goes on by itself. It never sets the tempo of a session that is there
(taps stop the following, for Doppel alone), but whoever joins one that Doppel began takes over its \`--bpm\`, as is usual with Link. Start and stop are not followed.

## Modulators and cues

A set's \`modulators\` move parameters around what you set: ${MODULATORS.join(', ')} (an lfo is ${LFO_SHAPES.join(', ')}). A \`follow\` modulator
listens to the subject: its x, y, size or speed. \`cues\` recall values and scenes, at once or on the next beat, bar or phrase, over as many
beats as they like. See sets/midnight/set.json for all three.

## Keys

${table(['key', 'does'], createKeys({ scenes: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] }).rows.map(({ keys, does }) => [keys, does]))}

**?** shows those that are bound over the picture, in that window alone: recordings and other windows do not have it. Give others under \`keys\` in the set file;
those from Click on are the window's own.

## Addresses

${GROUPS.map(([title, about, belongs]) => [`### ${title}`, ...(about ? ['', about] : []), '', table(['address', 'takes'], params.filter(({ address }) => belongs(address)).map(({ address, decl }) => [`\`${address}\``, decl.type === 'trigger' ? 'a trigger' : expectedOf(decl)]))].join('\n')).join('\n\n')}
`
  playing.close()
  return text
}

/** Every address of a set, clip or generator, a line each. */
export const addressesAsText = (target: string): string => {
  const { registry, playing } = addressPlan(planShow(target, []))
  const lines = [...registry.addresses].map((address) => {
    const decl = registry.get(address)?.decl
    return `${address.padEnd(48)} ${decl?.type === 'trigger' ? 'a trigger' : decl ? expectedOf(decl) : ''}`
  })
  playing.close()
  return `${lines.join('\n')}\n`
}

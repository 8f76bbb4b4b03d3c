import { Command, CommanderError } from 'commander'
import { DoppelError, messageOf } from '../engine/error.js'
import { addMaskCommands, maskingOptions, oneOf, planMasking, type MaskingFlags } from './cli-masks.js'
import { CLOCKS, type DeskFlags } from './desk-flags.js'
import { collect, HW, parseHw, parseNumber, parseOut, parseSize, type Hw, type OutPlan } from './options.js'

interface Common extends MaskingFlags {
  effect?: string[]
  mask?: string
  subjects?: number
  size?: [number, number]
  fps?: number
  hw: Hw
  stats?: string
  overwrite?: boolean
  bpm?: number
  audio?: string
}
interface PlayFlags extends Common, Omit<DeskFlags, 'midi' | 'audio' | 'bpm'> { midi?: string[]; out?: OutPlan[]; headless?: boolean; for?: number }
interface RenderFlags extends Common { out: string; scene?: string; frames?: number; seed?: number }

const EXAMPLES = `
Examples:
  npx doppel play generator:dancer --effect echo --effect kaleidoscope:segments=8
  npx doppel play clip.mp4 --effect feedback:decay=0.9 --out window:1
  npx doppel play sets/demo --out window --out take.mp4
  npx doppel render clip.mp4 --effect kaleidoscope --effect echo --out out.mp4
  npx doppel play clip.mp4 --segmenter selfie --effect clone-ring
  npx doppel mask clip.mp4 --click 430,210 --out masks
  npx doppel play clip.mp4 --mask masks/%05d.png --subjects 1 --effect echo
  npx doppel effects
  npx doppel doctor`

const examples = (...lines: readonly string[]): string => `\nExample:\n${lines.map((line) => `  npx doppel ${line}`).join('\n')}`

const common = (command: Command): Command =>
  maskingOptions(command)
    .option('-e, --effect <id[:param=value,...]>', 'adds an effect to the chain, by its id or the path of an ISF shader (thing.fs); repeat for more', collect(String))
    .option('--mask <clip>', 'clip, folder or numbered pictures (masks/%05d.png) that are white where the clip\'s subject is')
    .option('--subjects <N>', 'the mask holds labels 1 to N, one for each subject', parseNumber('--subjects', 1, 8, true))
    .option('--size <WxH>', 'canvas size (default: the clip\'s or the set\'s)', parseSize)
    .option('--fps <F>', 'frames per second', parseNumber('--fps', 1, 240))
    .option('--bpm <tempo>', 'beats a minute (default: the set\'s, or 120)', parseNumber('--bpm', 20, 400))
    .option('--audio <device|file>', 'what is heard: an interface (npx doppel devices), a sound file, or none', (text) => text)
    .option('--hw <device>', `decode device: ${HW.join(', ')}`, parseHw, 'auto')
    .option('--overwrite', 'replace the output file when it exists')
    .option('--stats <file.json>', 'writes what it measured')

const TARGET = 'a clip, still, numbered images (frames/%05d.png), a set folder, generator:dancer, generator:duet or generator:testcard'

const program = (done: (code: number) => void): Command => {
  const cli = new Command('doppel')
    .description('Live-performance tool: effects over live pictures, to projectors and files.')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(npx doppel --help shows every command)')
    .exitOverride()

  common(cli.command('play').description('plays live until stopped').argument('<target>', TARGET))
    .option('-o, --out <where>', 'window, window:<display>, none, or a file such as take.mp4; repeat for more (default: what the set names, or a window)', collect(parseOut))
    .option('--headless', 'no window; a machine without a display will do')
    .option('--osc <[host:]port>', 'where OSC is heard, or none (default: 9000 on this computer only; 0.0.0.0:9000 opens it to the network and needs --osc-token)')
    .option('--osc-port <port>', 'the same, port only', parseNumber('--osc-port', 1, 65535, true))
    .option('--osc-query-port <port>', 'where OSCQuery answers (default: the OSC port)', parseNumber('--osc-query-port', 1, 65535, true))
    .option('--osc-token <token>', 'what remote controllers must send first')
    .option('--midi <name>', 'all, none, or part of a device\'s name; repeat for more (default: all)', collect((text) => text))
    .option('--clock <source>', `what the beat follows: ${CLOCKS.join(', ')}`, oneOf('--clock', CLOCKS))
    .option('--for <seconds>', 'stops after this long', parseNumber('--for', 0.01, 1e7))
    .addHelpText('after', '\nIn the window: click what is to be followed, right click what is not; ? shows every key\n' + examples('play clip.mp4 --effect echo:copies=8 --out window --out take.mp4'))
    .action(async (target: string, flags: PlayFlags) => {
      const { play } = await import('./play.js')
      const reason = await play({
        target, effects: flags.effect ?? [], mask: flags.mask, subjects: flags.subjects, masking: planMasking(flags), outs: flags.out ?? [], size: flags.size, fps: flags.fps, hw: flags.hw,
        headless: flags.headless ?? false, forSeconds: flags.for, overwrite: flags.overwrite ?? false, stats: flags.stats, desk: flags,
      })
      process.stderr.write(`\nstopped: ${reason}\n`)
    })

  common(cli.command('render').description('renders to a file, frame by frame, the same every time').argument('<target>', TARGET))
    .requiredOption('-o, --out <file>', 'the file to write: .mp4, .mov, .mkv or .webm')
    .option('--frames <N>', 'how many frames (default: the whole clip; 10 s of a set or generator)', parseNumber('--frames', 1, 1e8, true))
    .option('--scene <name>', 'which scene of a set: its name, or its number from 1 (default: the first)')
    .option('--seed <N>', 'seed of everything random', parseNumber('--seed', 0, 0xffffffff, true))
    .addHelpText('after', examples('render clip.mp4 --effect kaleidoscope --effect echo --out out.mp4', 'render sets/midnight --scene 2 --frames 600 --out midnight.mp4'))
    .action(async (target: string, flags: RenderFlags) => {
      const { render } = await import('./render.js')
      const { frames, wanted } = await render({
        target, out: flags.out, effects: flags.effect ?? [], mask: flags.mask, subjects: flags.subjects, masking: planMasking(flags), frames: flags.frames, size: flags.size, fps: flags.fps, seed: flags.seed, scene: flags.scene,
        hw: flags.hw, overwrite: flags.overwrite ?? false, stats: flags.stats, desk: flags,
      })
      process.stderr.write(frames < wanted ? `interrupted: ${frames} of ${wanted} frames in ${flags.out}\n` : `${frames} frames in ${flags.out}\n`)
      // As a shell says of what Ctrl-C ended: whoever waits for the file learns that it is not whole.
      if (frames < wanted) done(130)
    })

  cli.command('start').description('plays the demo set (what npm start does)').addHelpText('after', examples('start'))
    .action(async () => { done(await (await import('./start.js')).start()) })
  cli.command('effects').description('lists the effects, their parameters and ranges').argument('[effects...]', 'ids, or paths of ISF shaders (default: all of Doppel\'s own)').option('--json', 'as JSON').addHelpText('after', examples('effects', 'effects --json > effects.json', 'effects shaders/thing.fs')).action(async (named: string[], { json }: { json?: boolean }) => {
    const { effectsAsJson, effectsAsText } = await import('./effects-list.js')
    process.stdout.write(json ? `${JSON.stringify(effectsAsJson(named), null, 2)}\n` : effectsAsText(named))
  })
  cli.command('addresses').description('lists everything that can be played: OSC paths, MIDI targets, keys of set files').argument('[target]', TARGET, 'sets/demo').addHelpText('after', examples('addresses sets/midnight'))
    .action(async (target: string) => { process.stdout.write((await import('./control-page.js')).addressesAsText(target)) })
  cli.command('monitor').description('shows what MIDI and OSC controllers send, and what it plays').argument('[target]', 'a set, whose bindings are shown at work')
    .option('--osc <[host:]port>', 'where OSC is heard, or none')
    .option('--osc-port <port>', 'the same, port only', parseNumber('--osc-port', 1, 65535, true))
    .option('--osc-query-port <port>', 'where OSCQuery answers', parseNumber('--osc-query-port', 1, 65535, true))
    .option('--osc-token <token>', 'what remote controllers must send first')
    .option('--midi <name>', 'all, none, or part of a device\'s name; repeat for more', collect((text) => text))
    .option('--for <seconds>', 'stops after this long', parseNumber('--for', 0.01, 1e7))
    .addHelpText('after', examples('monitor', 'monitor sets/midnight --midi nano'))
    .action(async (target: string | undefined, { for: forSeconds, ...flags }: { for?: number; osc?: string; oscPort?: number; oscQueryPort?: number; oscToken?: string; midi?: string[] }) => {
      const { monitor } = await import('./monitor.js')
      const reason = await monitor({ target, flags, forSeconds, say: (line) => { process.stdout.write(`${line}\n`) } })
      process.stderr.write(`stopped: ${reason}\n`)
    })
  cli.command('learn').description('binds the MIDI control that is moved next to a parameter of a set').argument('<set>', 'a set folder or file').argument('<address>', 'npx doppel addresses <set> lists them')
    .option('--midi <name>', 'part of a device\'s name; repeat for more (default: all)', collect((text) => text))
    .addHelpText('after', examples('learn sets/midnight /ghost/room/opacity'))
    .action(async (set: string, address: string, { midi }: { midi?: string[] }) => {
      const { learn } = await import('./learn.js')
      process.stderr.write(`${await learn({ set, address, midi: midi ?? 'all', say: (line) => { process.stderr.write(`${line}\n`) } })}\n`)
    })
  cli.command('gallery').description('draws a picture of every effect, and the page that shows them: loops of the dancer, or contact sheets of a clip').argument('[effects...]', 'ids (default: all)')
    .option('-o, --out <folder>', 'where they go', 'docs/effects')
    .option('--clip <clip>', 'draws contact sheets of this clip, into the folder\'s filmed/')
    .option('--mask <clip>', 'what is white where the clip\'s subject is: a clip, a folder or numbered pictures')
    .option('--subjects <N>', 'the mask holds labels 1 to N, one for each subject', parseNumber('--subjects', 1, 8, true))
    .option('--size <WxH>', 'of a picture (default: 384x216; of a sheet\'s pictures, the clip\'s shape with 320 on its longer side)', parseSize)
    .addHelpText('after', examples('gallery echo droste --clip clip.mp4 --mask masks/%05d.png --subjects 1 --out looks'))
    .action(async (effects: string[], { out, clip, mask, subjects = 0, size }: { out: string; clip?: string; mask?: string; subjects?: number; size?: [number, number] }) => {
      const { drawGallery } = await import('./gallery.js')
      const count = await drawGallery({ effects, out, clip, mask, subjects, size })
      process.stderr.write(`${count} effects in ${out}\n`)
    })
  addMaskCommands(cli)
  cli.command('devices').description('lists displays, cameras and decode devices').option('--json', 'as JSON').addHelpText('after', examples('devices', 'devices --json')).action(async ({ json }: { json?: boolean }) => {
    done(await (await import('./devices.js')).runDevices({ json: json ?? false }))
  })
  cli.command('doctor').description('checks everything a show needs on this machine').option('--json', 'as JSON').addHelpText('after', examples('doctor', 'doctor --json')).action(async ({ json }: { json?: boolean }) => {
    done(await (await import('./doctor.js')).runDoctor({ json: json ?? false }))
  })
  return cli
}

/** Runs a command line (without node and script). Resolves with the exit code; problems are told in a sentence, never as a stack. */
export const main = async (argv: readonly string[]): Promise<number> => {
  let code = 0
  try {
    await program((c) => { code = c }).parseAsync([...argv], { from: 'user' })
    return code
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode
    const hint = thrown instanceof DoppelError ? thrown.hint : ''
    process.stderr.write(`doppel: ${messageOf(thrown)}\n${hint ? `  ${hint}\n` : ''}`)
    if (!(thrown instanceof DoppelError) && process.env['DOPPEL_DEBUG'] && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`)
    return 1
  }
}

import type { Command } from 'commander'
import { DoppelError } from '../engine/error.js'
import { ALIGNS, type Align } from '../engine/look.js'
import { nearest } from '../engine/nearest.js'
import { PROVIDERS, type Provider } from '../masking/types.js'
import { parseBox, parseSpot, planMasking, type Box, type MaskFlags, type Spot } from './masking-plan.js'
import { collect, HW, parseHw, parseNumber, type Hw } from './options.js'

/** Options of every command that makes masks while it runs. */
export interface MaskingFlags extends MaskFlags {
  readonly click?: Spot[]
  readonly not?: Spot[]
  readonly box?: Box[]
}

/** Reads one of a few words. */
export const oneOf = <T extends string>(option: string, all: readonly T[]) => (text: string): T => {
  const found = all.find((name) => name === text)
  if (found) return found
  const meant = nearest(text, all)
  throw new DoppelError(`${option} cannot be "${text}"`, `${meant ? `did you mean "${meant}"? ` : ''}it takes one of ${all.join(', ')}`)
}

export const maskingOptions = (command: Command): Command =>
  command
    .option('--segmenter <id>', 'what makes the masks: a key (chroma, luma, difference or motion, as chroma:key=#00ff00) or a model (npx doppel models list; default: the best that is there)')
    .option('--click <x,y[:subject]>', 'a place on the subject, in the source\'s pixels from its top left; repeat for more', collect(parseSpot('--click')))
    .option('--not <x,y[:subject]>', 'a place beside the subject; repeat for more', collect(parseSpot('--not')))
    .option('--box <x0,y0,x1,y1[:subject]>', 'a box around the subject; repeat for more', collect(parseBox))
    .option('--first-mask <labels.png>', 'a picture whose grey levels 1 to 8 are the subjects in the first frame')
    .option('--align <way>', `how picture and mask meet: ${ALIGNS.join(', ')}`, oneOf<Align>('--align', ALIGNS))
    .option('--provider <device>', `what models run on: ${PROVIDERS.join(', ')}`, oneOf<Provider>('--provider', PROVIDERS))

export { planMasking }

const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  npx doppel ${line}`).join('\n')}`
const say = (text: string) => { process.stdout.write(text) }

/** `mask`, `eval` and `models`. */
export const addMaskCommands = (cli: Command): void => {
  maskingOptions(cli.command('mask').description('makes the masks of a clip beforehand, so that they cost nothing on stage').argument('<clip>', 'a clip or numbered pictures (frames/%05d.png)'))
    .requiredOption('-o, --out <folder>', 'where 00000.png, 00001.png ... go: grey levels 1 to 8 are the subjects')
    .option('--frames <N>', 'how many frames (default: the whole clip)', parseNumber('--frames', 1, 1e8, true))
    .option('--alpha', 'also alpha.mp4, the soft matte of all subjects together')
    .option('--hw <device>', `decode device: ${HW.join(', ')}`, parseHw, 'auto')
    .option('--stats <file.json>', 'writes what it measured')
    .addHelpText('after', examples('mask clip.mp4 --segmenter selfie --out masks', 'mask clip.mp4 --click 430,210 --not 500,300 --out masks', 'play clip.mp4 --mask masks/%05d.png --subjects 1 --effect echo'))
    .action(async (clip: string, flags: MaskingFlags & { out: string; frames?: number; alpha?: boolean; hw: Hw; stats?: string }) => {
      const plan = planMasking(flags)
      if (!plan) throw new DoppelError('nothing says what to mask', 'give --segmenter for people, or --click, --box or --first-mask for anything')
      const { makeMasks } = await import('./mask.js')
      const { frames, fps, segmenter } = await makeMasks({ clip, plan, out: flags.out, frames: flags.frames, alpha: flags.alpha ?? false, hw: flags.hw, stats: flags.stats })
      process.stderr.write(`${frames} masks in ${flags.out}, ${fps.toFixed(1)} a second by ${segmenter}\n`)
    })

  const evaluation = cli.command('eval').description('measures how well masks fit')
  evaluation.command('masks').description('compares masks with the truth: region similarity J, boundary accuracy F and their mean, as DAVIS defines them')
    .requiredOption('--pred <folder>', 'numbered PNGs, or a folder of such folders')
    .requiredOption('--truth <folder>', 'the same, of the truth')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('eval masks --pred masks --truth Annotations/camel'))
    .action(async ({ pred, truth, json }: { pred: string; truth: string; json?: boolean }) => {
      const { evalAsText, evalMasks } = await import('./eval.js')
      const scores = evalMasks(pred, truth)
      say(json ? `${JSON.stringify(scores, null, 2)}\n` : evalAsText(scores))
    })

  evaluation.command('track').description('runs a segmenter over sequences, and holds its masks against the true ones')
    .argument('[sequence...]', 'CLIP:TRUTHDIR, a clip and the folder of its true masks (default: those at DOPPEL_TESTDATA)')
    .option('--segmenter <id>', 'which (npx doppel models list)', 'doppel')
    .option('--from <seed>', 'what the first frame is given: its true mask, or a click at the middle of it', oneOf('--from', ['mask', 'click'] as const), 'mask' as const)
    .option('--provider <device>', `what models run on: ${PROVIDERS.join(', ')}`, oneOf<Provider>('--provider', PROVIDERS), 'auto' as const)
    .option('--json', 'as JSON')
    .addHelpText('after', examples('eval track camel.mp4:Annotations/camel', 'eval track --from click --segmenter doppel'))
    .action(async (named: string[], { segmenter, from, provider, json }: { segmenter: string; from: 'mask' | 'click'; provider: Provider; json?: boolean }) => {
      const { evalTrack, sequencesOf, TRACK_HEAD, trackAsText, trackMean } = await import('./eval-track.js')
      const sequences = sequencesOf(named)
      if (!json) say(TRACK_HEAD)
      const scores = await evalTrack(sequences, { segmenter, from, provider, done: (score) => { if (!json) say(trackAsText(score)) } })
      say(json ? `${JSON.stringify(scores, null, 2)}\n` : scores.length > 1 ? trackMean(scores) : '')
    })

  const models = cli.command('models').description('lists, gets and checks the models that make masks').addHelpText('after', examples('models list', 'models pull selfie', 'models import sam2.1-tiny encoder=enc.onnx decoder=dec.onnx'))
  models.command('list').description('every model Doppel knows').option('--json', 'as JSON').action(async ({ json }: { json?: boolean }) => {
    const { modelsAsJson, modelsAsText } = await import('./models.js')
    say(json ? `${JSON.stringify(modelsAsJson(), null, 2)}\n` : modelsAsText())
  })
  models.command('info').description('all about a model').argument('<id>').action(async (id: string) => { say((await import('./models.js')).modelAsText(id)) })
  models.command('pull').description('gets a model, goes on where an interrupted try ended, and checks every byte').argument('<id>')
    .option('--from <folder>', 'takes the files from a folder instead of the network')
    .option('-y, --yes', 'agrees to the model\'s licence', false)
    .addHelpText('after', `${examples('models pull selfie', 'models pull selfie --from /media/usb')}\n\nDOPPEL_MODELS_MIRROR=https://host/models fetches from <mirror>/<model>/<file> instead; DOPPEL_MODELS is where models are kept.`)
    .action(async (id: string, flags: { from?: string; yes: boolean }) => { say(await (await import('./models.js')).pull(id, flags)) })
  models.command('import').description('takes model files of your own').argument('<id>').argument('<file...>', 'role=file.onnx for each of the model\'s files')
    .action(async (id: string, files: string[]) => { say(await (await import('./models.js')).importFiles(id, files)) })
  models.command('path').description('where a model\'s files are, once they are checked').argument('<id>').action(async (id: string) => { say(await (await import('./models.js')).pathOf(id)) })
  models.command('remove').description('deletes a model\'s files').argument('<id>').action(async (id: string) => { say((await import('./models.js')).remove(id)) })
}

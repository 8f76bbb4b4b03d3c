import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { TrackScore } from '../../src/app/eval-track.js'
import type { SequenceScore } from '../../src/app/eval.js'
import { decodeAll } from '../support/decode.js'
import { doppel, endAll } from '../support/doppel.js'
import { readMask } from '../support/sequence.js'
import { describeWithTestdata } from '../support/testdata.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-masks-'))
const env = { DOPPEL_MODELS: join(dir, 'models') }
afterEach(endAll)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Share of pixels that change sides from one mask to the next. */
const flips = (folder: string): number => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.png')).sort()
  let [changed, all] = [0, 0]
  let before: Uint8Array | undefined
  for (const file of files) {
    const { data } = readMask(join(folder, file))
    if (before) for (let i = 0; i < data.length; i++) if ((data[i] ?? 0) !== (before[i] ?? 0)) changed++
    all += data.length
    before = data
  }
  return changed / all
}

describeWithTestdata('doppel mask', (path) => {
  const clip = () => path('testdata', 'dance-twirl.mp4')
  const truth = () => path('testdata', 'Annotations', 'dance-twirl')
  beforeAll(async () => {
    mkdirSync(join(dir, 'usb'))
    copyFileSync(path('models', 'selfie_segmentation.onnx'), join(dir, 'usb', 'selfie_segmentation.onnx'))
    const pulled = await doppel(['models', 'pull', 'selfie', '--from', join(dir, 'usb')], env)
    expect(pulled, pulled.stderr).toMatchObject({ code: 0 })
  })

  it('writes a mask for every frame, at the source\'s size, that fits the dancer', async () => {
    const out = join(dir, 'masks')
    const run = await doppel(['mask', clip(), '--segmenter', 'selfie', '--out', out, '--alpha', '--stats', join(dir, 's.json')], env)
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(readdirSync(out).filter((name) => name.endsWith('.png'))).toHaveLength(60)
    expect(readMask(join(out, '00000.png'))).toMatchObject({ width: 854, height: 480 })
    expect(new Set(readMask(join(out, '00030.png')).data)).toEqual(new Set([0, 1]))
    expect(decodeAll(join(out, 'alpha.mp4'))).toMatchObject({ frames: 60, width: 854, height: 480 })
    expect(JSON.parse(readFileSync(join(dir, 's.json'), 'utf8'))).toMatchObject({ frames: 60, held: { 1: 60 }, segmenter: 'selfie at 256x256 on cpu' })
    const judged = await doppel(['eval', 'masks', '--pred', out, '--truth', truth(), '--json'])
    const [score] = JSON.parse(judged.stdout) as SequenceScore[]
    expect(score?.j).toBeGreaterThan(0.62)
    expect(score?.jf).toBeCloseTo(((score?.j ?? 0) + (score?.f ?? 0)) / 2, 6)
  })

  it('and the truth fits itself', async () => {
    const { stdout } = await doppel(['eval', 'masks', '--pred', truth(), '--truth', truth()])
    expect(stdout).toMatch(/1\.000\s+1\.000\s+1\.000/)
  })

  it('plays back what it wrote, as the subject of effects', async () => {
    const out = join(dir, 'few')
    const made = await doppel(['mask', clip(), '--segmenter', 'selfie', '--frames', '8', '--out', out], env)
    expect(made, made.stderr).toMatchObject({ code: 0 })
    const render = ['render', clip(), '--frames', '8', '--effect', 'invert', '--overwrite', '--out', join(dir, 'r.mp4')]
    const hashes: string[] = []
    for (const more of [['--effect', 'pixelate:size=0.2,mask=inside', '--mask', join(out, '%05d.png'), '--subjects', '1'], ['--effect', 'pixelate:size=0.2,mask=inside', '--segmenter', 'selfie'], []]) {
      const run = await doppel([...render, ...more], env)
      expect(run, run.stderr).toMatchObject({ code: 0 })
      hashes.push(decodeAll(join(dir, 'r.mp4')).hash)
    }
    expect(new Set(hashes).size).toBe(3)
  })

  it('takes keys too, which need no model', async () => {
    const run = await doppel(['mask', clip(), '--segmenter', 'luma:low=0.6,high=1', '--frames', '3', '--out', join(dir, 'key')], env)
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const { data, width, height } = readMask(join(dir, 'key', '00002.png'))
    expect([width, height]).toEqual([854, 480])
    // Some of the picture is bright, and some is not.
    const share = data.reduce((sum, label) => sum + label, 0) / data.length
    expect(share).toBeGreaterThan(0.02)
    expect(share).toBeLessThan(0.8)
  })

  it('makes the same masks in every run, and steadier ones cost no accuracy', async () => {
    const { makeMasks } = await import('../../src/app/mask.js')
    const { planMasking } = await import('../../src/app/masking-plan.js')
    process.env['DOPPEL_MODELS'] = env.DOPPEL_MODELS
    const plan = planMasking({ segmenter: 'selfie' })
    if (!plan) throw new Error('no plan')
    const few = join(dir, 'truth')
    mkdirSync(few)
    for (let n = 0; n < 24; n++) copyFileSync(join(truth(), `${String(n).padStart(5, '0')}.png`), join(few, `${String(n).padStart(5, '0')}.png`))
    const make = async (name: string, steady: number) => {
      const out = join(dir, name)
      await makeMasks({ clip: clip(), plan: { ...plan, look: { ...plan.look, steady } }, out, frames: 24, alpha: false, hw: 'none', stats: undefined })
      const { evalMasks } = await import('../../src/app/eval.js')
      return { j: evalMasks(out, few)[0]?.j ?? 0, flips: flips(out) }
    }
    const [raw, steady] = [await make('raw', 0), await make('steady', 0.5)]
    expect(steady.flips).toBeLessThan(raw.flips)
    expect(steady.j).toBeGreaterThan(raw.j - 0.01)
    expect(await make('again', 0.5)).toEqual(steady)
  })

  it.each([
    ['no word of what to mask', () => ['mask', clip(), '--out', join(dir, 'x')], 'nothing says what to mask'],
    ['a segmenter there is not', () => ['mask', clip(), '--segmenter', 'selfi', '--out', join(dir, 'x')], 'did you mean "selfie"'],
    ['clicks for one that takes none', () => ['mask', clip(), '--segmenter', 'selfie', '--click', '4,4', '--out', join(dir, 'x')], 'it finds its subject by itself'],
    ['clicks for a key', () => ['mask', clip(), '--segmenter', 'chroma', '--click', '4,4', '--out', join(dir, 'x')], 'takes no clicks'],
    ['a setting a key has not', () => ['mask', clip(), '--segmenter', 'luma:lwo=0.2', '--out', join(dir, 'x')], 'did you mean "low"'],
    ['a click that is none', () => ['mask', clip(), '--click', '4', '--out', join(dir, 'x')], 'it takes x,y or x,y:subject'],
    ['a ninth subject', () => ['mask', clip(), '--click', '4,4:9', '--out', join(dir, 'x')], 'subjects are 1 to 8'],
    ['a box of no area', () => ['mask', clip(), '--box', '4,4,4,80', '--out', join(dir, 'x')], 'has no area'],
    ['masks made before and made live', () => ['render', clip(), '--mask', truth(), '--segmenter', 'selfie', '--out', join(dir, 'x.mp4')], 'give one or the other'],
    ['an alignment without masks', () => ['render', clip(), '--align', 'tight', '--out', join(dir, 'x.mp4')], 'nothing asks for any'],
    ['a model that is not there', () => ['mask', clip(), '--segmenter', 'rvm', '--out', join(dir, 'x')], 'npx doppel models pull rvm'],
    ['masks that are not there', () => ['eval', 'masks', '--pred', join(dir, 'usb'), '--truth', truth()], 'has no mask 00001.png'],
  ])('refuses %s in a sentence', async (_, args, message) => {
    const run = await doppel(args(), env)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(message)
    expect(run.stderr).not.toMatch(/\n\s+at /)
  })
})

describeWithTestdata('Doppel\'s own tracker', (path) => {
  const camel = () => path('testdata', 'camel.mp4')
  const truth = (name: string) => path('testdata', 'Annotations', name)
  /** Nothing was ever pulled here. */
  const bare = { DOPPEL_MODELS: join(dir, 'none') }

  it.each([
    ['a click', () => ['--click', '400,230', '--not', '100,300']],
    ['a box', () => ['--box', '260,90,690,420']],
    ['a first mask', () => ['--first-mask', join(truth('camel'), '00000.png')]],
  ])('is what follows %s, with nothing pulled', async (name, args) => {
    const [out, stats] = [join(dir, `own ${name}`), join(dir, `own ${name}.json`)]
    const run = await doppel(['mask', camel(), ...args(), '--frames', '4', '--out', out, '--stats', stats], bare)
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ segmenter: expect.stringMatching(/^doppel at 256x144 on/) as string, held: { 1: 4 } })
  })

  it('makes the subject of effects in a render of a click', async () => {
    const hashes = []
    for (const more of [[], ['--click', '400,230']]) {
      const run = await doppel(['render', camel(), '--frames', '4', '--effect', 'pixelate:size=0.2,mask=inside', ...more, '--overwrite', '--out', join(dir, 'click.mp4')], bare)
      expect(run, run.stderr).toMatchObject({ code: 0 })
      hashes.push(decodeAll(join(dir, 'click.mp4')).hash)
    }
    expect(new Set(hashes).size).toBe(2)
  })

  it('holds the annotated sequences from their first mask, as eval track measures it', async () => {
    const run = await doppel(['eval', 'track', '--json'], { ...bare, DOPPEL_TESTDATA: path('testdata') })
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const scores = JSON.parse(run.stdout) as TrackScore[]
    expect(scores.map(({ name }) => name)).toEqual(['blackswan', 'camel', 'dance-twirl', 'scooter-black'])
    expect(scores.every(({ ms, jf, segmenter }) => ms.p50 > 0 && jf > 0 && segmenter.startsWith('doppel'))).toBe(true)
    // The floor that was set for it.
    expect(scores.reduce((sum, { j }) => sum + j, 0) / scores.length).toBeGreaterThan(0.6)
  }, 180_000)

  it('is measured from a click, on sequences that are named', async () => {
    const run = await doppel(['eval', 'track', '--from', 'click', `${path('testdata', 'blackswan.mp4')}:${truth('blackswan')}`], bare)
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.stdout).toMatch(/^sequence +frames +J +F +J&F +ms p50\nblackswan +48( +0\.\d{3}){3} +\d+\.\d\n$/)
    expect(run.stderr).toContain('50/50 frames')
  }, 90_000)

  it.each([
    ['a sequence there is not', ['x.mp4:y'], 'names no clip'],
    ['no sequence at all', [], 'set DOPPEL_TESTDATA'],
    ['a seed there is not', ['--from', 'clik'], 'did you mean "click"'],
  ])('refuses %s in a sentence', async (_, args, message) => {
    const run = await doppel(['eval', 'track', ...args], { ...bare, DOPPEL_TESTDATA: '' })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(message)
  })
})

it('lists the models with their licences', async () => {
  const { stdout } = await doppel(['models', 'list', '--json'], env)
  const list = JSON.parse(stdout) as { id: string; licence: { weights: string } }[]
  expect(list.map(({ id }) => id)).toEqual(expect.arrayContaining(['selfie', 'doppel']))
  expect(list.every(({ licence }) => licence.weights !== '')).toBe(true)
})

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addressPlan } from '../../src/app/addressed.js'
import { keepSet, playedSet } from '../../src/app/keep.js'
import { learn } from '../../src/app/learn.js'
import { planShow } from '../../src/app/plan.js'
import { EFFECTS } from '../../src/effects/index.js'
import { loadSet } from '../../src/sets/load.js'
import { formatSet } from '../../src/sets/save.js'

const copied = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'doppel-keep-'))
  cpSync(join('sets', name), folder, { recursive: true })
  return folder
}
const open = (folder: string) => {
  const plan = planShow(folder, [])
  const { registry, playing } = addressPlan(plan)
  return { plan, registry, playing, options: { registry, scenes: plan.scenes, bpm: plan.bpm, bindings: playing.bindings.list, seeds: new Map() } }
}

it('saves what was played, and nothing else', () => {
  const folder = copied('midnight')
  const { plan, registry, options } = open(folder)
  const path = plan.path ?? ''
  // Untouched it says the same, its defaults written out.
  const { file } = loadSet(folder, EFFECTS)
  const again = playedSet(file, options)
  expect({ ...again, scenes: again.scenes.map(({ name }) => name) }).toEqual({ ...file, scenes: file.scenes.map(({ name }) => name) })
  expect(() => formatSet(again)).not.toThrow()
  const opacity = [...registry.addresses].find((address) => /^\/(?!master)[^/]+\/[^/]+\/opacity$/.test(address)) ?? ''
  registry.get(opacity)?.set(0.25)
  // Where a modulator has moved it is not where it was set.
  registry.get(opacity)?.modulate(0.9)
  const before = readFileSync(path, 'utf8')
  expect(keepSet({ ...options, path, bpm: 133 })).toContain('saved')
  expect(readFileSync(join(folder, 'set.before.json'), 'utf8')).toBe(before)
  const { plan: next, registry: fresh } = open(folder)
  expect(next.bpm).toBe(133)
  expect(fresh.get(opacity)?.value).toBe(0.25)
  expect(next.control.bindings).toEqual(plan.control.bindings)
  rmSync(folder, { recursive: true })
})

it('saves what the beat follows and how an encoder speaks, and has them again', () => {
  const folder = copied('midnight')
  const { plan, registry, playing, options } = open(folder)
  registry.get('/clock/source')?.set('midi')
  playing.bindings.add({ from: 'midi/twister/1/cc/5', to: '/master/opacity', mode: 'set', encoding: 'sign' })
  expect(keepSet({ ...options, bindings: playing.bindings.list, path: plan.path ?? '' })).toContain('saved')
  const { plan: next, registry: fresh } = open(folder)
  expect([next.desk?.clock.source, fresh.get('/clock/source')?.value]).toEqual(['midi', 'midi'])
  expect(next.control.bindings.find(({ from }) => from === 'midi/twister/1/cc/5')).toMatchObject({ to: '/master/opacity', encoding: 'sign' })
  // Tapped is what the tempo was, and nothing to follow.
  fresh.get('/clock/source')?.set('tap')
  const { file } = loadSet(folder, EFFECTS)
  expect(playedSet(file, { ...options, registry: fresh }).control.clock.source).toBe('internal')
  rmSync(folder, { recursive: true })
})

it('saves what was clicked: on a clip in its own pixels, on a generator in those of the set\'s size', () => {
  const folder = copied('demo')
  const { file } = loadSet(folder, EFFECTS)
  const { options } = open(folder)
  const [id = ''] = Object.keys(file.sources)
  const masking = { segmenter: 'doppel', params: {}, provider: 'auto', align: 'aligned', guide: 0.6, feather: 0, choke: 0, steady: 0.5, holes: 0.01, clean: 1, subjects: [] }
  const seeds = new Map([[id, { width: 200, height: 100, seeds: [undefined, { clicks: [{ x: 0.5025, y: 0.255, positive: true }, { x: 0.0025, y: 0.005, positive: false }], box: [0, 0, 0.5, 1] as const }] }]])
  const saved = (source: object) => playedSet({ ...file, sources: { ...file.sources, [id]: { ...source, masking } } } as typeof file, { ...options, seeds }).sources[id]
  expect(saved({ clip: 'a.mp4' })).toMatchObject({ masking: { subjects: [{ clicks: [], not: [] }, { clicks: [[100, 25]], not: [[0, 0]], box: [0, 0, 100, 100] }] } })
  // Whatever canvas it was played on: the demo's own is 1280x720.
  expect(saved({ generator: 'dancer' })).toMatchObject({ masking: { subjects: [{ clicks: [], not: [] }, { clicks: [[643, 183]], not: [[3, 3]], box: [0, 0, 640, 720] }] } })
  rmSync(folder, { recursive: true })
})

it('says why it cannot save, and leaves the file alone', () => {
  const folder = copied('demo')
  const { options } = open(folder)
  expect(keepSet({ ...options, path: join(folder, 'nowhere', 'set.json') })).toContain('not saved')
  expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  rmSync(folder, { recursive: true })
})

it('learns only what there is', async () => {
  await expect(learn({ set: 'sets/demo', address: '/mastr/opacity', midi: 'all', say: () => {} })).rejects.toMatchObject({ hint: expect.stringContaining('/master/opacity') as string })
})

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { planShow } from '../../src/app/plan.js'
import { EFFECTS } from '../../src/effects/index.js'
import { loadSet } from '../../src/sets/load.js'
import { VERSION } from '../../src/sets/upgrade.js'

const root = fileURLToPath(new URL('../../sets', import.meta.url))
const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)

describe('the sets that come with Doppel', () => {
  it('are the demo and at least two more', () => {
    expect(folders).toContain('demo')
    expect(folders.length).toBeGreaterThanOrEqual(3)
  })

  it.each(folders)('%s loads without a problem, needs no files, and is of today\'s version', (name) => {
    const { file } = loadSet(`${root}/${name}`, EFFECTS)
    expect(JSON.parse(readFileSync(`${root}/${name}/set.json`, 'utf8'))).toMatchObject({ $schema: '../set.schema.json', version: VERSION })
    expect(Object.values(file.sources).every((source) => 'generator' in source)).toBe(true)
    const plan = planShow(`${root}/${name}`, [])
    expect(plan.scenes.length).toBeGreaterThan(3)
    // Each scene has an address of its own, and keys 1 to 9 reach all of them.
    expect(plan.scenes.length).toBeLessThanOrEqual(9)
    expect(new Set(plan.scenes.map(({ slug }) => slug)).size).toBe(plan.scenes.length)
  })

  it('use many of the mask-driven effects, and several ways from scene to scene', () => {
    const scenes = folders.flatMap((name) => loadSet(`${root}/${name}`, EFFECTS).file.scenes)
    expect(new Set(scenes.flatMap(({ layers }) => layers.flatMap(({ effects }) => effects.map(({ id }) => id)))).size).toBeGreaterThan(24)
    expect(new Set(scenes.map(({ transition }) => transition?.kind)).size).toBeGreaterThanOrEqual(5)
  })
})

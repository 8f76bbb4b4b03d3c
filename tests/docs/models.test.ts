import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KEYS } from '../../src/gl/keys/index.js'
import { MODELS } from '../../src/masking/models/table.js'
import { SEGMENTERS } from '../../src/masking/segmenters/index.js'

const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')

describe('docs/models.md', () => {
  it('has a row for every segmenter and every key, and names every model', () => {
    for (const { id } of [...SEGMENTERS, ...KEYS]) expect(page).toContain(`\n| \`${id}\` |`)
    for (const { id } of MODELS) expect(page).toContain(`\`${id}\``)
  })

  it('imports DeAOT under the names its exporter gives', () => {
    const files = MODELS.find(({ id }) => id === 'deaot-t')?.files ?? []
    expect(page).toContain(`npx doppel models import deaot-t ${files.map(({ role, name }) => `${role}=training/deaot/${name}`).join(' ')}\n`)
  })

  it('names settings that keys have', () => {
    for (const { id, params } of KEYS) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${id}\` |`)) ?? ''
      const named = [...(row.split('|')[3] ?? '').matchAll(/`([a-z]+)`/g)].map(([, name]) => name)
      expect(named.length).toBeGreaterThan(1)
      expect(named.filter((name) => !Object.hasOwn(params, name ?? ''))).toEqual([])
      for (const shared of ['softness', 'choke', 'despeckle']) expect(Object.keys(params)).toContain(shared)
    }
  })
})

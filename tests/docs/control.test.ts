import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addressesAsText, controlPage } from '../../src/app/control-page.js'
import { EFFECTS } from '../../src/effects/index.js'
import { createEffectBook } from '../../src/sets/effect-book.js'
import { setProblems } from '../../src/sets/problems.js'
import { repository } from '../support/imports.js'

it('docs/control.md says what the parameters say', () => {
  const file = join(repository, 'docs/control.md')
  if (process.env['DOPPEL_UPDATE_GOLDENS']) writeFileSync(file, controlPage())
  expect(readFileSync(file, 'utf8')).toBe(controlPage())
})

it('lists what a set can be played with', () => {
  const text = addressesAsText('sets/midnight')
  for (const address of ['/master/blackout', '/clock/tap', '/cues/next']) expect(text).toContain(address)
})

it('shows bindings that a set takes', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(controlPage()) ?? []
  const folder = join(repository, 'sets/midnight')
  const set = JSON.parse(readFileSync(join(folder, 'set.json'), 'utf8')) as Record<string, unknown>
  expect(setProblems({ ...set, ...(JSON.parse(json) as Record<string, unknown>) }, folder, createEffectBook(EFFECTS, ''))).toEqual([])
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, repository, sourcesIn, specifiersIn, type Import } from '../support/imports.js'

/** What each folder may import besides itself: folders of src/, and npm packages. */
const allowed: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  engine: { folders: [], packages: [] },
  native: { folders: ['engine'], packages: ['koffi'] },
  gl: { folders: ['engine', 'native'], packages: ['gl'] },
  inputs: { folders: ['engine', 'native'], packages: ['node-av'] },
  outputs: { folders: ['engine', 'native'], packages: ['node-av'] },
  masking: { folders: ['engine'], packages: ['onnxruntime-node'] },
  effects: { folders: ['engine'], packages: [] },
  isf: { folders: ['engine'], packages: [] },
  control: { folders: ['engine'], packages: ['@julusian/midi', 'bonjour-service', 'ws'] },
  sets: { folders: ['engine'], packages: ['zod'] },
  ui: { folders: ['engine'], packages: ['@nodegui/nodegui'] },
  app: { folders: ['engine', 'native', 'gl', 'inputs', 'outputs', 'masking', 'effects', 'isf', 'control', 'sets', 'ui'], packages: ['commander', 'zod'] },
}

/** Plain functions over values and time, welcome in every folder. */
const anywhere = ['rxjs']

/** Programs that doctor runs in processes of their own look at natives directly: that is what they are for. */
const probes = /^src\/app\/probes\//
const natives = ['gl', 'koffi', 'node-av', 'onnxruntime-node', '@nodegui/nodegui']

const folderOf = (file: string) => /^src\/([^/]+)\//.exec(file)?.[1] ?? ''

const breaks = ({ from, to }: Import): boolean => {
  const rules = allowed[folderOf(from)]
  if (!rules) return true
  if (to.startsWith('src/')) return folderOf(to) !== folderOf(from) && !rules.folders.includes(folderOf(to))
  if (to.includes('/') && !to.startsWith('@')) return true
  return ![...rules.packages, ...anywhere].includes(to) && !(probes.test(from) && natives.includes(to))
}

const files = sourcesIn('src')

describe('imports', () => {
  it('are found in every form', () => {
    const text = "import a from 'a'\nimport type { B } from './b.js'\nexport * from '../c.js'\nconst d = await import('d')\nconst e = require('e')"
    expect(specifiersIn(text)).toEqual(['a', './b.js', '../c.js', 'd', 'e'])
  })

  it('that break a rule are noticed', () => {
    const broken = [
      { from: 'src/engine/a.ts', to: 'gl' },
      { from: 'src/outputs/a.ts', to: 'src/gl/context.ts' },
      { from: 'src/gl/a.ts', to: 'src/app/cli.ts' },
      { from: 'src/ui/a.ts', to: 'koffi' },
      { from: 'src/app/cli.ts', to: 'node-av' },
      { from: 'src/somewhere/a.ts', to: 'rxjs' },
      { from: 'src/gl/a.ts', to: 'tests/support/imports.ts' },
    ]
    expect(broken.filter((one) => !breaks(one))).toEqual([])
  })

  it('stay inside the folder rules of the architecture', () => {
    const imports = files.flatMap(importsOf)
    expect(imports.length).toBeGreaterThan(files.length)
    expect(imports.filter(breaks)).toEqual([])
  })
})

describe('source files', () => {
  const texts = files.map((file) => ({ file, text: readFileSync(join(repository, file), 'utf8') }))

  it('of the engine do no input or output', () => {
    const engine = texts.filter(({ file }) => folderOf(file) === 'engine')
    expect(engine.length).toBeGreaterThan(0)
    expect(engine.filter(({ text }) => specifiersIn(text).some((specifier) => specifier.startsWith('node:'))).map(({ file }) => file)).toEqual([])
  })

  it('hold one concept: at most 250 lines', () => {
    expect(texts.map(({ file, text }) => ({ file, lines: text.trimEnd().split('\n').length })).filter(({ lines }) => lines > 250)).toEqual([])
  })

  it('export by name', () => {
    expect(texts.filter(({ text }) => /^export default\b/m.test(text)).map(({ file }) => file)).toEqual([])
  })

  it('have kebab-case names', () => {
    expect(files.filter((file) => !/^src(\/[a-z0-9]+(-[a-z0-9]+)*)+(\.d)?\.ts$/.test(file))).toEqual([])
  })
})

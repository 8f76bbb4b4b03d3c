import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { openShaderLibrary } from '../../src/effects/library.js'
import { instantiate, type EffectDecl } from '../../src/engine/effect.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import { createTarget } from '../../src/gl/target.js'

const page = readFileSync(new URL('../../docs/writing-an-effect.md', import.meta.url), 'utf8')
const block = (language: string, nth = 0): string => {
  const found = [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))][nth]?.[1]
  if (found === undefined) throw new Error(`the page has no ${language} code`)
  return found
}

/** Loads the page's TypeScript as a module that lies in src/effects/plain, with the very modules it imports. */
const declared = async (dir: string, name = 'wobble', nth = 0): Promise<EffectDecl> => {
  const effects = new URL('../../dist/src/effects/plain/', import.meta.url)
  const code = block('ts', nth).replace(/from '(\..*)'/g, (_all, path: string) => `from '${new URL(path, effects).href}'`)
  const file = join(dir, `${name}.mjs`)
  writeFileSync(file, ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText)
  return ((await import(pathToFileURL(file).href)) as Record<string, EffectDecl>)[name] as EffectDecl
}

describe('docs/writing-an-effect.md', () => {
  it('gives an effect that works: still at amount 0, swaying with the beat', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'doppel-docs-'))
    const decl = await declared(dir)
    writeFileSync(join(dir, decl.shader), block('glsl'))
    const library = openShaderLibrary(dir, { watch: false, report: () => {} })
    const gpu = openGpu()
    const [width, height] = [32, 16]
    const { gl } = gpu
    const colour = createTarget(gpu, { width, height, format: 'rgba8' })
    const stripes = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : ((i >> 2) % width) * 8))
    gl.bindTexture(gl.TEXTURE_2D, colour.texture)
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, stripes)
    const instance = instantiate(decl)
    const faults: string[] = []
    const chain = createChain(gpu, { width, height, instances: [instance], shaderText: (file) => library.text(file), report: ({ message }) => faults.push(message) })
    const draw = (amount: number, beat: number) => {
      instance.values['amount'] = amount
      const out = chain.run({ colour, mask: undefined, seq: 1 }, { time: beat / 2, dt: 1 / 60, frame: Math.round(beat * 30), bpm: 120, beat, seed: 1 })
      gl.bindFramebuffer(gl.FRAMEBUFFER, out.framebuffer)
      const pixels = new Uint8Array(width * height * 4)
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
      return Buffer.from(pixels).toString('hex')
    }
    expect(draw(0, 0.25)).toBe(Buffer.from(stripes).toString('hex'))
    const swung = draw(0.2, 0.25)
    expect(swung).not.toBe(draw(0, 0.25))
    expect(draw(0.2, 0.5)).not.toBe(swung)
    expect(draw(0.2, 1.25)).toBe(swung)
    expect(faults).toEqual([])
  })

  it('gives an effect that draws what is heard', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'doppel-docs-'))
    const decl = await declared(dir, 'scope', 1)
    writeFileSync(join(dir, decl.shader), block('glsl', 1))
    const library = openShaderLibrary(dir, { watch: false, report: () => {} })
    const gpu = openGpu()
    const [width, height] = [64, 64]
    const colour = createTarget(gpu, { width, height, format: 'rgba8' })
    const faults: string[] = []
    const chain = createChain(gpu, { width, height, instances: [instantiate(decl)], shaderText: (file) => library.text(file), report: ({ message }) => faults.push(message) })
    const lit = (wave: number, loud: number) => {
      const sound = { wave: new Float32Array(512).fill(wave), spectrum: new Float32Array(256).fill(loud) }
      const out = chain.run({ colour, mask: undefined, seq: 1 }, { time: 0, dt: 1 / 60, frame: 1, bpm: 120, beat: 0, seed: 1, sound })
      const { gl } = gpu
      gl.bindFramebuffer(gl.FRAMEBUFFER, out.framebuffer)
      const column = new Uint8Array(height * 4)
      gl.readPixels(20, 0, 1, height, gl.RGBA, gl.UNSIGNED_BYTE, column)
      return Array.from({ length: height }, (_, y) => (column[y * 4] ?? 0) > 128).flatMap((on, y) => (on ? [y] : []))
    }
    // Silence is a line in the middle; half a wave up lies higher, and a loud spectrum fills the foot.
    for (const y of lit(0, 0).filter((row) => row > 0)) expect(Math.abs(y - 31.5)).toBeLessThan(2)
    for (const y of lit(0.5, 0).filter((row) => row > 0)) expect(Math.abs(y - 39.5)).toBeLessThan(2)
    expect(lit(0, 1)).toEqual(expect.arrayContaining([0, 5, 10, 15]))
    expect(faults).toEqual([])
  })
})

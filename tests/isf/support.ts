import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openIsf } from '../../src/app/isf.js'
import { instantiate, type EffectInstance } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import type { Fault } from '../../src/engine/types.js'
import { createChain } from '../../src/gl/chain.js'
import type { Chain, Gpu } from '../../src/gl/types.js'
import { readIsfText } from '../../src/isf/load.js'

/** A folder for a test's shaders. */
export const shaderRoom = () => {
  const dir = mkdtempSync(join(tmpdir(), 'doppel-isf-'))
  return {
    dir,
    /** Writes a shader; gives its path. */
    write(name: string, header: object | string, body: string, vertex?: string): string {
      const path = join(dir, name)
      writeFileSync(path, `/*${typeof header === 'string' ? header : JSON.stringify(header)}*/\n${body}`)
      if (vertex !== undefined) writeFileSync(path.replace(/\.fs$/, '.vs'), vertex)
      return path
    },
    close() { rmSync(dir, { recursive: true, force: true }) },
  }
}

export interface PlayedIsf {
  readonly chain: Chain
  readonly instance: EffectInstance
  readonly faults: Omit<Fault, 'count'>[]
}

/** One ISF shader in a chain of its own. */
export const playIsf = (gpu: Gpu, path: string, [width, height]: readonly [number, number], values: Record<string, ParamValue> = {}): PlayedIsf => {
  const faults: Omit<Fault, 'count'>[] = []
  const instance = instantiate(openIsf(path))
  Object.assign(instance.values, values)
  return { chain: createChain(gpu, { width, height, instances: [instance], shaderText: readIsfText, report: (fault) => faults.push(fault) }), instance, faults }
}

export const IMAGE = { NAME: 'inputImage', TYPE: 'image' }

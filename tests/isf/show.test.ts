import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Decoder, Demuxer } from 'node-av'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openSet } from '../../src/app/isf.js'
import { planShow } from '../../src/app/plan.js'
import { playedSet } from '../../src/app/keep.js'
import { addressScene } from '../../src/app/addresses.js'
import { createRegistry } from '../../src/engine/registry.js'
import { doppel, endAll, startDoppel } from '../support/doppel.js'
import { IMAGE, shaderRoom } from './support.js'

const room = shaderRoom()
afterEach(endAll)
afterAll(() => { room.close() })

const corner = room.write('Corner Light.fs', { DESCRIPTION: 'Lights the lower left.', INPUTS: [IMAGE, { NAME: 'edge', LABEL: 'Edge', TYPE: 'float', DEFAULT: 0.5 }, { NAME: 'look', TYPE: 'long', VALUES: [0, 1], LABELS: ['Plain', 'Upside down'] }] },
  'void main() { vec2 p = isf_FragNormCoord; if (look == 1) p.y = 1.0 - p.y; gl_FragColor = vec4(vec3(p.x < edge && p.y < edge ? 1.0 : 0.0), 1.0); }')

/** Luma of a file's last picture, at places of 0..1 from its top left. */
const lumaOf = (file: string, places: readonly (readonly [number, number])[]): number[] => {
  const demuxer = Demuxer.openSync(file)
  const stream = demuxer.video()
  if (!stream) throw new Error('no video')
  const decoder = Decoder.createSync(stream)
  let luma: number[] = []
  try {
    for (const frame of decoder.framesSync(demuxer.packetsSync(stream.index))) {
      if (!frame) continue
      const { width, height, linesize: [stride = 0], data } = frame
      luma = places.map(([x, y]) => data?.[0]?.[Math.floor(y * height) * stride + Math.floor(x * width)] ?? -1)
      frame.free()
    }
    return luma
  } finally {
    decoder.close()
    demuxer.closeSync()
  }
}
const CORNERS = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] as const
const rendered = async (name: string, target: string, ...more: readonly string[]) => {
  const out = join(room.dir, name)
  const run = await doppel(['render', target, '--size', '64x64', '--frames', '2', '--overwrite', '--out', out, ...more])
  expect(run, run.stderr).toMatchObject({ code: 0 })
  return lumaOf(out, CORNERS).map((luma) => (luma > 200 ? 'white' : luma < 30 ? 'black' : luma))
}

describe('--effect', () => {
  it('takes an ISF shader by its path, with its parameters', async () => {
    expect(await rendered('corner.mp4', 'generator:dancer', '--effect', corner)).toEqual(['black', 'black', 'white', 'black'])
    expect(await rendered('corner.mp4', 'generator:dancer', '--effect', `${corner}:look=Upside down,edge=0.6,mix=1`)).toEqual(['white', 'black', 'black', 'black'])
  })

  it('hears what --audio plays: a low tone on the left of its spectrum', async () => {
    // A second of 400 Hz, 16 bit mono at 48 kHz.
    const samples = Buffer.alloc(96_000)
    for (let i = 0; i < 48_000; i++) samples.writeInt16LE(Math.round(20_000 * Math.sin((2 * Math.PI * 400 * i) / 48_000)), i * 2)
    const head = Buffer.alloc(44)
    head.write('RIFF', 0)
    head.writeUInt32LE(36 + samples.length, 4)
    head.write('WAVEfmt ', 8)
    for (const [at, value] of [[16, 16], [24, 48_000], [28, 96_000], [40, samples.length]] as const) head.writeUInt32LE(value, at)
    for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]] as const) head.writeUInt16LE(value, at)
    head.write('data', 36)
    writeFileSync(join(room.dir, 'tone.wav'), Buffer.concat([head, samples]))
    const bars = room.write('bars.fs', { INPUTS: [{ NAME: 'notes', TYPE: 'audioFFT', MAX: 2 }] }, 'void main() { gl_FragColor = vec4(vec3(IMG_NORM_PIXEL(notes, vec2(isf_FragNormCoord.x < 0.5 ? 0.25 : 0.75, 0.5)).r), 1.0); }')
    expect(await rendered('bars.mp4', 'generator:dancer', '--effect', bars)).toEqual(['black', 'black', 'black', 'black'])
    expect(await rendered('bars.mp4', 'generator:dancer', '--effect', bars, '--audio', join(room.dir, 'tone.wav'), '--fps', '5', '--frames', '4')).toEqual(['white', 'black', 'white', 'black'])
  })

  it.each([
    [`${corner}:edgy=1`, /corner-light has no parameter "edgy"\n {2}did you mean "edge"\? it has: edge, look, mix, mask/],
    [`${corner}:edge=2`, /corner-light's edge cannot be "2": it takes a number from 0 to 1/],
    [`${corner}:look=3`, /it takes one of Plain, Upside down/],
    [join(room.dir, 'none.fs'), /there is no shader .*none\.fs/],
    [room.write('endless.fs', { INPUTS: [IMAGE] }, 'void main() {\n  while (true) {}\n}'), /endless\.fs:3: this loop never ends/],
    [room.write('bad.fs', { INPUTS: [{ NAME: 'x', TYPE: 'number' }] }, ''), /bad\.fs has 1 problem in its header:\n {2}INPUTS\[0\]\.TYPE: is "number"/],
  ])('%s is refused in a sentence', async (spec, message) => {
    const { code, stderr } = await doppel(['render', 'generator:dancer', '--size', '64x64', '--frames', '1', '--out', join(room.dir, 'never.mp4'), '--effect', spec])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('    at ')
  })

  it('takes a shader over that is saved while it plays, and says file and line of one that fails', async () => {
    const path = room.write('live.fs', { INPUTS: [IMAGE] }, 'void main() { gl_FragColor = vec4(1.0); }')
    const running = startDoppel(['play', 'generator:dancer', '--headless', '--size', '64x64', '--osc', 'none', '--midi', 'none', '--effect', path])
    await running.says(/graphics memory/)
    // The watch begins before the show; its first tick shows that the show has.
    await new Promise((resolve) => { setTimeout(resolve, 500) })
    room.write('live.fs', { INPUTS: [IMAGE] }, '\n\nvoid main() { gl_FragColor = vec4(missing); }')
    await running.says(/live\.fs:4: .*missing.*; the last good version plays on/)
    running.child.kill('SIGINT')
    expect((await running.done).code).toBe(0)
  })
})

describe('doppel effects', () => {
  it('describes a shader\'s parameters as those of every effect', async () => {
    const { code, stdout } = await doppel(['effects', corner, 'echo', '--json'])
    expect(code).toBe(0)
    const listed = JSON.parse(stdout) as { id: string }[]
    expect(listed.map(({ id }) => id)).toEqual(['echo', 'corner-light'])
    expect(listed[1]).toMatchObject({
      label: 'Corner Light', about: 'Lights the lower left.', family: 'ISF', kind: 'isf', shader: corner, reads: [],
      params: [{ name: 'edge', type: 'float', min: 0, max: 1, default: 0.5, label: 'Edge' }, { name: 'look', type: 'choice', choices: ['Plain', 'Upside down'], default: 'Plain' }],
    })
    const { stdout: text } = await doppel(['effects', corner])
    expect(text).toContain('corner-light - Lights the lower left.\n    edge         0.5        a number from 0 to 1\n    look         Plain      one of Plain, Upside down')
  })
})

describe('a set', () => {
  const folder = join(room.dir, 'set')
  mkdirSync(join(folder, 'shaders'), { recursive: true })
  writeFileSync(join(folder, 'shaders', 'corner.fs'), `/*${JSON.stringify({ INPUTS: [IMAGE, { NAME: 'edgeSize', TYPE: 'float', DEFAULT: 0.5 }] })}*/\nvoid main() { vec2 p = isf_FragNormCoord; gl_FragColor = vec4(vec3(p.x < edgeSize && p.y < edgeSize ? 1.0 : 0.0), 1.0); }`)
  writeFileSync(join(folder, 'shaders', 'bad.fs'), '/*{ "INPUTS": [{ "NAME": "x", "TYPE": "number" }, { "NAME": "y" }] }*/')
  const set = (effects: readonly object[], more: object = {}) => {
    writeFileSync(join(folder, 'set.json'), JSON.stringify({ version: 2, sources: { d: { generator: 'dancer' } }, scenes: [{ layers: [{ name: 'L', source: 'd', effects }] }], ...more }))
    return folder
  }
  const problems = (effects: readonly object[], more: object = {}) => {
    try {
      openSet(set(effects, more))
      return ''
    } catch (thrown) {
      return (thrown as Error).message
    }
  }

  it('names an ISF shader in its folder; its parameters have addresses and can be bound', async () => {
    expect(problems([{ id: 'shaders/corner.fs' }, { id: 'shaders/corner.fs' }], { cues: [{ name: 'open', values: { '/scene/l/corner-2/edge-size': 0.25 } }] })).toBe('')
    set([{ id: 'shaders/corner.fs' }, { id: 'shaders/corner.fs', params: { edgeSize: 1 }, mix: 0 }])
    expect(await rendered('set.mp4', folder)).toEqual(['black', 'black', 'white', 'black'])
    const plan = planShow(folder, [])
    const registry = createRegistry()
    for (const scene of plan.scenes) addressScene(registry, scene)
    expect([...registry.addresses].filter((address) => address.endsWith('edge-size'))).toEqual(['/scene/l/corner/edge-size', '/scene/l/corner-2/edge-size'])
    registry.get('/scene/l/corner/edge-size')?.set(0.75)
    const played = playedSet(openSet(folder).file, { registry, scenes: plan.scenes, bpm: 120, bindings: [], seeds: new Map() })
    expect(played.scenes[0]?.layers[0]?.effects[0]).toMatchObject({ id: 'shaders/corner.fs', params: { edgeSize: 0.75 } })
  })

  it('knows its parameters when it looks for problems', () => {
    expect(problems([{ id: 'shaders/corner.fs', params: { edgeSise: 1 } }])).toContain('scenes[0].layers[0].effects[0].params.edgeSise: shaders/corner.fs has no parameter "edgeSise"; did you mean "edgeSize"?')
    expect(problems([{ id: 'shaders/corner.fs', params: { edgeSize: 3 } }])).toContain('effects[0].params.edgeSize: is 3: it takes a number from 0 to 1')
    expect(problems([{ id: 'shaders/corner.fs' }], { cues: [{ name: 'a', values: { '/scene/l/corner/edge-sise': 1 } }] })).toContain('there is no parameter /scene/l/corner/edge-sise; did you mean "/scene/l/corner/edge-size"?')
  })

  it.each([
    ['../outside.fs', 'leads out of the set\'s folder'], ['/etc/thing.fs', 'must be a path relative to the set\'s folder'], ['shaders/../../x.fs', 'leads out of the set\'s folder'], ['shaders/none.fs', 'there is no file "shaders/none.fs" in the set\'s folder'],
    ['shaders/bad.fs', 'bad.fs has 2 problems in its header:\n    INPUTS[0].TYPE: is "number"'],
  ])('that names %s is refused', (id, message) => {
    writeFileSync(join(room.dir, 'outside.fs'), '/*{}*/ void main() {}')
    expect(problems([{ id }])).toContain(message)
  })
})

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DoppelError } from '../../src/engine/error.js'
import { readHeader } from '../../src/isf/header.js'
import { openIsf } from '../../src/app/isf.js'
import { IMAGE, shaderRoom } from './support.js'

const room = shaderRoom()
afterAll(() => { room.close() })

const noPicture = () => { throw new Error('there is no file') }
const read = (header: object | string) => readHeader(`// made by hand\n/*${typeof header === 'string' ? header : JSON.stringify(header)}*/\nvoid main() {}`, 'thing.fs', noPicture)
const input = (more: object) => ({ ISFVSN: '2', INPUTS: [IMAGE, { NAME: 'x', TYPE: 'float', ...more }] })
const problem = (header: object | string): string => {
  try {
    read(header)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DoppelError)
    expect((thrown as DoppelError).hint).not.toBe('')
    return (thrown as DoppelError).message
  }
  return 'nothing'
}

describe('a header', () => {
  it('gives parameters by the names of its inputs, in their order', () => {
    const { params, generator, passes } = read({ ISFVSN: '2', INPUTS: [
      IMAGE,
      { NAME: 'flash', TYPE: 'event' }, { NAME: 'on', TYPE: 'bool', DEFAULT: 1.0 }, { NAME: 'level', LABEL: 'The level', TYPE: 'float', MIN: -1, MAX: 3, DEFAULT: 2 }, { NAME: 'free', TYPE: 'float' },
      { NAME: 'mode', TYPE: 'long', VALUES: [3, 7], LABELS: ['Three, or so', 'Seven'], DEFAULT: 7 }, { NAME: 'count', TYPE: 'long', MIN: 1, MAX: 9, DEFAULT: 4 },
      { NAME: 'centre', TYPE: 'point2D', MIN: [-1, 0], MAX: [1, 10], DEFAULT: [0, 1] }, { NAME: 'colour', TYPE: 'color', DEFAULT: [1, 0.5, 0] },
    ] })
    expect(params).toEqual({
      flash: { type: 'trigger' }, on: { type: 'bool', default: true }, level: { type: 'float', min: -1, max: 3, default: 2, label: 'The level' }, free: { type: 'float', min: 0, max: 1, default: 0 },
      mode: { type: 'choice', choices: ['Three or so', 'Seven'], default: 'Seven' }, count: { type: 'int', min: 1, max: 9, default: 4 },
      centre: { type: 'point', default: [0.5, 0.1] }, colour: { type: 'colour', default: [1, 0.5, 0, 1] },
    })
    expect(Object.keys(params)).toEqual(['flash', 'on', 'level', 'free', 'mode', 'count', 'centre', 'colour'])
    expect({ generator, passes: passes.length }).toEqual({ generator: false, passes: 1 })
  })

  it('plays the beat itself, and gives names that every effect has another address', () => {
    const { params, inputs, reads } = read({ INPUTS: [{ NAME: 'beatPhase', TYPE: 'float' }, { NAME: 'bpm', TYPE: 'float' }, { NAME: 'mix', TYPE: 'float' }, { NAME: 'aB', TYPE: 'float' }, { NAME: 'a_b', TYPE: 'float' }, { NAME: 'maskImage', TYPE: 'image' }, { NAME: 's', TYPE: 'audioFFT', MAX: 4 }] })
    expect(Object.keys(params)).toEqual(['shader-mix', 'aB', 'a_b-2'])
    expect(inputs.map(({ param }) => param)).toEqual([undefined, undefined, 'shader-mix', 'aB', 'a_b-2', undefined, undefined])
    expect(reads).toEqual(['mask', 'spectrum'])
  })

  it('of version 1 has its persistent buffers as passes of today', () => {
    const { passes } = read({ INPUTS: [IMAGE], PERSISTENT_BUFFERS: { old: { WIDTH: '$WIDTH/2', FLOAT: true } }, PASSES: [{ TARGET: 'old' }, {}] })
    expect(passes.map(({ target, persistent, float, width }) => ({ target, persistent, float, width: width?.at(() => 100) }))).toEqual([{ target: 'old', persistent: true, float: true, width: 50 }, { target: undefined, persistent: false, float: false, width: undefined }])
    expect(read({ INPUTS: [IMAGE], PERSISTENT_BUFFERS: ['old'], PASSES: [{ TARGET: 'old' }] }).passes[0]).toMatchObject({ persistent: true })
  })

  it.each<[object | string, string]>([
    ['no json at all', 'thing.fs is no ISF shader: it has no header'],
    ['{ "INPUTS": [ }', 'thing.fs:2: the header is not JSON'],
    ['{ "INPUTS": [],\n\n "A": nope }', 'thing.fs:4: the header is not JSON'],
    ['{ "INPUTS": [', 'thing.fs:2: the header is not JSON'],
    [{ ISFVSN: '7' }, 'ISFVSN: is "7": versions 1 and 2 are known'],
    [{ INPUTS: { a: 1 } }, 'INPUTS: is {"a":1}: it takes a list of inputs'],
    [{ INPUTS: [3] }, 'INPUTS[0]: is 3: an input looks like'],
    [input({ TYPE: 'flaot' }), 'INPUTS[1].TYPE: is "flaot": it takes one of event, bool, long, float, point2D, color, image, audio, audioFFT; did you mean "float"?'],
    [input({ TYPE: 'constructor' }), 'INPUTS[1].TYPE: is "constructor": it takes one of'],
    [input({ NAME: 'two words' }), 'INPUTS[1].NAME: is "two words": it takes a word of letters'],
    [input({ NAME: 'TIME' }), 'INPUTS[1].NAME: is "TIME", a name that is taken'],
    [input({ NAME: 'gl_x' }), 'a name that is taken'],
    [input({ NAME: 'hostMix' }), 'a name that is taken'],
    [input({ NAME: 'vec3' }), 'a name that is taken'],
    [input({ NAME: 'inputImage' }), 'INPUTS[1].NAME: is "inputImage", which is named already'],
    [input({ MIN: 0, MAX: 1, DEFAULT: 3 }), 'INPUTS[1].DEFAULT: is 3: it must lie within MIN and MAX, 0 to 1'],
    [input({ MIN: 2, MAX: 1 }), 'INPUTS[1].MIN: is 2, and MAX is 1: MIN must be less'],
    [input({ MIN: 'low' }), 'INPUTS[1].MIN: is "low": it takes a number'],
    [input({ DEFAULT: null }), 'INPUTS[1].DEFAULT: is null: it takes a number'],
    [input({ MAX: 1e300 }), 'INPUTS[1].MAX: is 1e+300: it takes a number'],
    [input({ TYPE: 'bool', DEFAULT: 'yes' }), 'INPUTS[1].DEFAULT: is "yes": it takes true or false'],
    [input({ TYPE: 'long' }), 'INPUTS[1].VALUES: is missing: a long takes VALUES and LABELS, or MIN and MAX'],
    [input({ TYPE: 'long', VALUES: [0, 1], LABELS: ['one'] }), 'INPUTS[1].LABELS: is ["one"]: it takes one text for each of the 2 VALUES'],
    [input({ TYPE: 'long', VALUES: [0, 1], DEFAULT: 4 }), 'INPUTS[1].DEFAULT: is 4: it takes one of VALUES, [0,1]'],
    [input({ TYPE: 'long', VALUES: [] }), 'INPUTS[1].VALUES: is []: it takes 1 to 256 whole numbers'],
    [input({ TYPE: 'long', MIN: 0.5, MAX: 3 }), 'counts in whole numbers'],
    [input({ TYPE: 'point2D', DEFAULT: [1] }), 'INPUTS[1].DEFAULT: is [1]: it takes two numbers, [x, y]'],
    [input({ TYPE: 'point2D', DEFAULT: [2, 0] }), 'INPUTS[1].DEFAULT: is [2,0]: it must lie within MIN and MAX'],
    [input({ TYPE: 'color', DEFAULT: [1, 2, 0, 1] }), 'INPUTS[1].DEFAULT: is [1,2,0,1]: it takes [red, green, blue, alpha], each from 0 to 1'],
    [input({ TYPE: 'audio', MAX: 0 }), 'INPUTS[1].MAX: is 0: it takes how many samples'],
    [{ INPUTS: Array.from({ length: 65 }, (_, i) => ({ NAME: `n${i}`, TYPE: 'bool' })) }, 'INPUTS: holds 65 inputs: at most 64'],
    [{ PASSES: 'two' }, 'PASSES: is "two": it takes a list of passes'],
    [{ PASSES: Array.from({ length: 33 }, () => ({})) }, 'PASSES: holds 33 passes: at most 32'],
    [{ PASSES: [{ TARGET: 'a b' }] }, 'PASSES[0].TARGET: is "a b": it takes a word'],
    [{ INPUTS: [IMAGE], PASSES: [{ TARGET: 'inputImage' }] }, 'PASSES[0].TARGET: is "inputImage", which an input or a picture is called already'],
    [{ PASSES: [{ TARGET: 'a', WIDTH: '$WDTH' }] }, 'PASSES[0].WIDTH: is "$WDTH": there is no number "$WDTH"'],
    [{ PASSES: [{ TARGET: 'a', PERSISTENT: 'yes' }] }, 'PASSES[0].PERSISTENT: is "yes": it takes true or false'],
    [{ IMPORTED: 3 }, 'IMPORTED: is 3: it takes pictures by their names'],
    [{ IMPORTED: { a: {} } }, 'IMPORTED.a.PATH: is missing: it takes the name of a picture beside the shader'],
    [{ IMPORTED: { a: { PATH: 'none.png' } } }, 'IMPORTED.a.PATH: there is no file'],
    [{ INPUTS: [{ NAME: 'startImage', TYPE: 'image' }, { NAME: 'endImage', TYPE: 'image' }, { NAME: 'progress', TYPE: 'float' }] }, 'that is a transition between two pictures'],
  ])('%j is refused with a sentence', (header, message) => expect(problem(header)).toContain(message))

  it('with several things wrong says them all', () => {
    const message = problem({ ISFVSN: '2', INPUTS: [{ NAME: 'a', TYPE: 'colour' }, { NAME: 'b', TYPE: 'float', MIN: 3, MAX: 2 }, { NAME: 'b', TYPE: 'bool' }], PASSES: [{ TARGET: 'x', HEIGHT: '$b +' }] })
    expect(message.split('\n')).toEqual([
      'thing.fs has 4 problems in its header:',
      '  INPUTS[0].TYPE: is "colour": it takes one of event, bool, long, float, point2D, color, image, audio, audioFFT; did you mean "color"?',
      '  INPUTS[1].MIN: is 3, and MAX is 2: MIN must be less',
      '  INPUTS[2].NAME: is "b", which is named already: names must differ',
      '  PASSES[0].HEIGHT: is "$b +": it ends too early',
    ])
  })
})

describe('a file', () => {
  it('that is not there, is too large, or holds no text is refused', () => {
    expect(() => openIsf(`${room.dir}/none.fs`)).toThrow(/there is no shader .*none\.fs/)
    expect(() => openIsf(room.write('large.fs', {}, 'x'.repeat(300_000)))).toThrow('262144 is the limit')
    expect(() => openIsf(room.write('zero.fs', {}, '\0'))).toThrow('cannot be read: it is no text')
  })

  it('is an effect named by its file, with its description', () => {
    expect(openIsf(room.write('My Thing 2.fs', { DESCRIPTION: 'Does  it.', INPUTS: [] }, 'void main() {}'))).toMatchObject({ id: 'my-thing-2', label: 'My Thing 2', about: 'Does it.', params: {} })
  })

  it('takes no .vs from elsewhere through a link', () => {
    const path = room.write('linked.fs', {}, 'void main() {}')
    mkdirSync(join(room.dir, 'else'), { recursive: true })
    writeFileSync(join(room.dir, 'else', 'a.vs'), '')
    symlinkSync(join(room.dir, 'else', 'a.vs'), path.replace(/fs$/, 'vs'))
    expect(() => openIsf(path)).toThrow(/linked\.vs is a link that leads out of the folder of linked\.fs/)
  })

  it('cannot import pictures from outside its folder', () => {
    expect(() => openIsf(room.write('far.fs', { IMPORTED: { a: { PATH: '../../etc/passwd' } } }, ''))).toThrow('IMPORTED.a.PATH: "../../etc/passwd" leads out of the shader\'s folder')
    expect(() => openIsf(room.write('far2.fs', { IMPORTED: { a: { PATH: '/etc/passwd' } } }, ''))).toThrow('must be a path relative to the shader\'s folder')
  })
})

import { describe, expect, it } from 'vitest'
import { addressPlan } from '../../src/app/addressed.js'
import { createLiveLearn } from '../../src/app/live-learn.js'
import { planShow } from '../../src/app/plan.js'
import { openMidi } from '../../src/control/midi/surface.js'
import { writeBindings } from '../../src/sets/controls.js'
import { fakeMidi, manualTime } from '../control/midi-support.js'

/** A show that is not drawn, with a controller whose messages come 10 ms apart. */
const open = async () => {
  const { registry, playing } = addressPlan(planShow('generator:dancer', ['echo']))
  const time = manualTime()
  const fake = fakeMidi(time.now)
  fake.plug('Knobs')
  const midi = await openMidi({ inbox: playing.inbox, names: 'all', time, system: fake.open })
  const learn = createLiveLearn({ registry, playing, midi, now: time.now })
  const said: { line: string; done: boolean }[] = []
  const tick = () => {
    playing.tick({ time: 0, dt: 0.01, beat: 0, audio: undefined, followed: () => undefined })
    learn.tick()
  }
  const send = (...messages: number[][]) => {
    for (const bytes of messages) {
      fake.play('Knobs', bytes, time.now())
      time.advance(10)
      tick()
    }
  }
  const after = (ms: number) => { time.advance(ms); tick() }
  const set = (address: string, value: unknown) => { playing.inbox.param(address, value, time.now(), 'osc'); tick() }
  const toggle = () => { learn.toggle((line, done) => said.push({ line, done })) }
  const bound = () => playing.bindings.list.filter(({ from }) => !from.startsWith('key/'))
  return { registry, playing, midi, learn, said, tick, send, after, set, toggle, bound, value: (address: string) => registry.get(address)?.value }
}
const move = (cc: number, from: number, to: number) => Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => [0xb0, cc, from + Math.sign(to - from) * i])
const OPACITY = '/scene/layer/opacity'

describe('learning while the show plays', () => {
  it('binds the control that is moved to the parameter changed last; undo takes it back, redo has it again', async () => {
    const { playing, said, send, after, set, toggle, bound, value, learn } = await open()
    set(OPACITY, 0.25)
    toggle()
    expect(said).toEqual([{ line: expect.stringContaining(`Move the control that is to play ${OPACITY}`) as string, done: false }])
    send(...move(7, 0, 60))
    after(400)
    expect(said.at(-1)).toEqual({ line: expect.stringMatching(/cc 7.* plays \/scene\/layer\/opacity/i) as string, done: true })
    expect(bound()).toEqual([expect.objectContaining({ from: 'midi/knobs/1/cc/7', to: OPACITY, mode: 'set', takeover: 'pickup' })])
    // While it was learned it played nothing, and it plays from now on, once it has passed the value.
    expect([value(OPACITY), learn.armed]).toEqual([0.25, false])
    send(...move(7, 60, 10))
    expect(value(OPACITY)).toBeCloseTo(10 / 127, 6)
    for (let steps = 0; steps < 5 && bound().length > 0; steps++) playing.undo.undo()
    expect(bound()).toEqual([])
    expect(value(OPACITY)).not.toBe(0.25)
    playing.undo.redo()
    expect(bound()).toHaveLength(1)
  })

  it('takes the two in whichever order, and the parameter that was touched last', async () => {
    const { said, send, after, set, toggle, bound } = await open()
    toggle()
    send(...move(8, 100, 20))
    after(400)
    expect(said.at(-1)?.line).toContain('now change the parameter')
    set('/master/opacity', 0.5)
    expect(bound()).toEqual([expect.objectContaining({ from: 'midi/knobs/1/cc/8', to: '/master/opacity' })])
    toggle()
    set('/scene/layer/echo/copies', 3)
    expect(said.at(-1)?.line).toContain('/scene/layer/echo/copies')
    send([0x90, 36, 100], [0x80, 36, 0])
    after(400)
    expect(bound()).toHaveLength(2)
    expect(bound()[1]).toMatchObject({ from: 'midi/knobs/1/note/36', to: '/scene/layer/echo/copies', mode: 'momentary' })
  })

  it('finds out how an encoder speaks, reads it so at once, and writes it into the set', async () => {
    const { playing, send, after, set, toggle, bound, value, midi } = await open()
    set(OPACITY, 0.5)
    toggle()
    send(...[65, 65, 66, 65, 63, 63, 62, 63, 65, 65].map((value) => [0xb0, 20, value]))
    after(400)
    expect(bound()[0]).toMatchObject({ from: 'midi/knobs/1/cc/20', encoding: 'offset' })
    expect(writeBindings(bound())[0]?.from).toEqual({ kind: 'midi-cc', device: 'knobs', channel: 1, number: 20, relative: 'offset' })
    send([0xb0, 20, 80])
    expect(value(OPACITY)).toBeCloseTo(0.5 + 16 / 128, 6)
    // Taken back, it is a fader again.
    const heard: string[] = []
    midi.listen((_control, kind) => heard.push(kind))
    for (let steps = 0; steps < 5 && bound().length > 0; steps++) playing.undo.undo()
    send([0xb0, 20, 80])
    expect(heard).toEqual(['position'])
  })

  it('hears OSC controls, too; keys play on and are what is touched', async () => {
    const { playing, tick, said, toggle, bound, value } = await open()
    toggle()
    playing.key('b')
    tick()
    expect([value('/master/blackout'), said.at(-1)?.line.includes('/master/blackout')]).toEqual([true, true])
    playing.inbox.control('osc/button/1', 'press', 1, 0)
    tick()
    expect(bound()).toEqual([expect.objectContaining({ from: 'osc/button/1', to: '/master/blackout', mode: 'toggle' })])
  })

  it('leaves everything as it was when it is not wanted any more', async () => {
    const { playing, learn, said, send, after, set, toggle, bound, value } = await open()
    playing.bindings.add({ from: 'midi/knobs/1/cc/9', to: OPACITY })
    set(OPACITY, 0.5)
    for (const leave of [toggle, () => { expect(learn.cancel()).toBe(true) }]) {
      toggle()
      send(...move(9, 0, 20))
      expect(value(OPACITY)).toBe(0.5)
      leave()
      expect(said.at(-1)).toEqual({ line: 'Nothing was bound', done: true })
      after(1000)
    }
    expect([bound().length, learn.cancel()]).toEqual([1, false])
    send([0xb0, 9, 127])
    expect(value(OPACITY)).toBe(1)
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { encodeBundle } from '../../src/control/osc/encode.js'
import { tagOf } from '../../src/control/osc/time-tag.js'
import { closeRigs, f, manualTime, message, openRig, problems, sendAway, untilPlayed, value } from './osc-support.js'

afterEach(closeRigs)

describe('bundles with a time', () => {
  const setup = async () => {
    const time = manualTime()
    const rig = await openRig({ now: time.now, later: time.later, wall: () => 1_000_000 + time.now() })
    const at = (ms: number, ...packets: Uint8Array[]) => encodeBundle(packets, tagOf(1_000_000 + ms))
    return { time, rig, at }
  }

  it('wait for it, past ones do not', async () => {
    const { time, rig, at } = await setup()
    await sendAway(rig.osc.port, [at(500, message('/master/opacity', f(0.5))), at(250, message('/clock/bpm', f(100))), at(-1000, message('/show/right/opacity', f(0.75))), message('/now')])
    await untilPlayed(rig, 'what is due', () => rig.controls.length === 1)
    expect(rig.params.map(({ address }) => address)).toEqual(['/show/right/opacity'])
    time.advance(249)
    rig.tick()
    expect(rig.params).toHaveLength(1)
    time.advance(2)
    rig.tick()
    expect(rig.params[1]).toMatchObject({ address: '/clock/bpm', value: 100 })
    expect(rig.params[1]?.at).toBeCloseTo(250, 3)
    time.advance(250)
    rig.tick()
    expect(value(rig, '/master/opacity')).toBe(0.5)
  })

  it('wait in bounded number, and not for clocks that are set differently', async () => {
    const { time, rig, at } = await setup()
    const many = Array.from({ length: 1000 }, () => message('/show/left/echo/reset'))
    await sendAway(rig.osc.port, [at(7_200_000, message('/clock/bpm', f(90))), ...Array.from({ length: 5 }, () => at(1000, ...many)), message('/done')])
    await untilPlayed(rig, 'all', () => rig.controls.length === 1)
    expect(problems(rig).some((text) => text.includes('4096 messages wait for their time already'))).toBe(true)
    expect(problems(rig).some((text) => text.includes('due more than an hour from now'))).toBe(true)
    time.advance(1001)
    rig.tick()
    expect(value(rig, '/show/left/echo/reset')).toBe(4096)
    time.advance(8_000_000)
    rig.tick()
    expect(value(rig, '/clock/bpm')).toBe(120)
  })
})

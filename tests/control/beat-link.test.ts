import { describe, expect, it } from 'vitest'
import { createBeatClock, openLink } from '../../src/control/beat/index.js'
import type { Fault } from '../../src/engine/types.js'

const missing = async (name: string): Promise<never> => {
  throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' })
}

/** Stands in for the package: its count runs on whatever the bars are, its phase is within the bar. */
const session = { beat: 6.25, phase: 3.25, peers: 1, bpm: 126 }
const AbletonLink = class { enable() {} getTempo() { return session.bpm } getBeat() { return session.beat } getPhase() { return session.phase } getNumPeers() { return session.peers } }

describe('Ableton Link', () => {
  it('is not installed: one Fault says how, and nothing is followed', async () => {
    const link = await openLink(120, 4, () => 0, missing)
    const faults: Fault[] = []
    link.fault$.subscribe((fault) => faults.push(fault))
    expect(faults).toEqual([expect.objectContaining({ unit: 'link', message: 'Ableton Link cannot be joined: it is not installed', hint: expect.stringMatching(/npm run setup -- --link.*GPL/) })])
    expect([link.available, link.peers, link.follower.locked, link.follower.bpm]).toEqual([false, 0, false, 120])
    link.close()
  })

  it('says why a package that is there does not load', async () => {
    const link = await openLink(120, 4, () => 0, async () => { throw new Error('built for another Node') })
    const faults: Fault[] = []
    link.fault$.subscribe((fault) => faults.push(fault))
    expect(faults[0]?.message).toMatch(/does not load: built for another Node/)
  })

  it.each([['by name', { AbletonLink }], ['by default', { default: AbletonLink }]])('is followed by its bars, exported %s', async (_, module) => {
    let ms = 1000
    Object.assign(session, { beat: 6.25, phase: 3.25 })
    const link = await openLink(120, 4, () => ms, async () => module)
    expect([link.available, link.follower.bpm, link.follower.locked]).toEqual([true, 126, true])
    expect(link.follower.beatAt(1000 + 60_000 / 126) % 4).toBeCloseTo(0.25, 9)
    const clock = createBeatClock({ bpm: 100, now: () => ms })
    clock.attach('link', link.follower)
    clock.source = 'link'
    for (; ms < 9000; ms += 16, session.beat += (16 * 126) / 60_000, session.phase = (session.beat + 1) % 4) clock.update()
    expect(clock.bpm).toBe(126)
    const off = clock.beatAt(ms) - session.phase
    expect(Math.abs(off - 4 * Math.round(off / 4))).toBeLessThan(0.01)
    link.close()
    expect(link.follower.locked).toBe(false)
  })
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeBundle } from '../../src/control/osc/encode.js'
import { tagOf } from '../../src/control/osc/time-tag.js'
import { closeRigs, f, i, manualTime, message, openEar, openRig, problems, runNode, s, sendAway, until, untilPlayed, value } from './osc-support.js'

afterEach(closeRigs)

describe('a flood', () => {
  it('takes 10,000 messages a second: no trigger is lost and the newest value wins', async () => {
    const rig = await openRig()
    // A second of bursts, one a millisecond: nine values and one trigger.
    const flood = runNode(`
      import { createSocket } from 'node:dgram'
      const socket = createSocket('udp4')
      const [value, trigger] = process.argv.slice(2).map((hex) => Buffer.from(hex, 'hex'))
      const port = Number(process.argv[1])
      const began = performance.now()
      let sent = 0
      while (sent < 10_000) {
        const due = Math.min(10_000, Math.floor((performance.now() - began) * 10))
        for (; sent < due; sent++) {
          if (sent % 10 === 0) socket.send(trigger, port, '127.0.0.1')
          else { value.writeFloatBE(sent / 10_000, value.length - 4); socket.send(Buffer.from(value), port, '127.0.0.1') }
        }
        await new Promise((next) => setImmediate(next))
      }
      await new Promise((done) => socket.close(done))
      console.log(performance.now() - began)`, rig.osc.port, message('/master/opacity', f(0)).toString('hex'), message('/show/left/echo/reset').toString('hex'))
    let last = performance.now()
    await until('everything', () => {
      // The inbox is emptied once a tick, 60 times a second.
      if (performance.now() - last < 16) return false
      last = performance.now()
      rig.tick()
      return value(rig, '/show/left/echo/reset') === 1000 && Math.abs(Number(value(rig, '/master/opacity')) - 0.9999) < 1e-6
    })
    expect(Number(await flood)).toBeLessThan(5000)
    expect(rig.inbox.dropped).toBe(0)
    // Values were coalesced: at most one a tick.
    expect(rig.params.length).toBeLessThan(1000 + 400)
  })

  it('survives 100,000 broken packets without growing', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const rig = await openRig({ feedbackPerSecond: 1000 })
    const flood = (count: number) => runNode(`
      import { createSocket } from 'node:dgram'
      import { randomFillSync, randomInt } from 'node:crypto'
      const socket = createSocket('udp4')
      const good = Buffer.from(process.argv[2], 'hex')
      // All ten values are told when everything before the subscription was read: nothing is sent faster than that.
      const caughtUp = () => new Promise((done) => {
        let told = 0
        socket.removeAllListeners('message').on('message', () => { if (++told === 10) done() })
        socket.send(Buffer.from('/doppel/subscribe\\0\\0\\0,\\0\\0\\0'), Number(process.argv[1]), '127.0.0.1')
      })
      for (let n = 0; n < ${count}; n++) {
        const packet = n % 4 === 0 ? randomFillSync(Buffer.alloc(4 * randomInt(1, 40))) : Buffer.from(good)
        if (n % 4 > 0) packet[8 + (n * 7) % (packet.length - 8)] = n % 256
        const part = n % 3 === 0 ? packet.subarray(0, n % packet.length) : packet
        socket.send(part, Number(process.argv[1]), '127.0.0.1')
        if (n % 200 === 0) await caughtUp()
      }
      await caughtUp()
      socket.close()`, rig.osc.port, encodeBundle([message('/x/y', f(1), s('a')), message('/z', i(1))], tagOf(Date.now() + 10_000)).toString('hex'))
    await flood(20_000)
    rig.tick()
    rig.controls.length = 0
    rig.params.length = 0
    collect()
    const before = process.memoryUsage().heapUsed
    const running = { over: false }
    const flooding = flood(100_000).finally(() => { running.over = true })
    await until('the end', () => {
      rig.inbox.drain({ control: () => undefined, param: () => undefined })
      return running.over
    }, 50_000)
    await flooding
    await sendAway(rig.osc.port, [message('/master/opacity', f(0.5))])
    await untilPlayed(rig, 'a good one', () => value(rig, '/master/opacity') === 0.5)
    collect()
    // The schedule, the monitor and the inbox's names have their bounds; past them nothing is kept.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 << 20)
    expect(rig.osc.monitor.recent.length).toBeLessThanOrEqual(256)
    // They arrived, and were refused one by one.
    expect(rig.osc.monitor.left).toBeGreaterThan(60_000)
  })
})

describe('what could keep the tick waiting', () => {
  it('is bounded: patterns that play everything', async () => {
    const time = manualTime()
    const rig = await openRig({ now: time.now, later: time.later })
    const everything = encodeBundle(Array.from({ length: 800 }, () => message('/show//{opacity,copies,spacing}', f(0.5))))
    const socket = await openEar()
    for (let n = 0; n < 40; n++) await socket.send(everything, rig.osc.port)
    await socket.send(message('/done'), rig.osc.port)
    await untilPlayed(rig, 'all', () => rig.controls.length === 1)
    expect(problems(rig).some((text) => text.includes('patterns played 100000 parameters within a second'))).toBe(true)
    time.advance(1000)
    await sendAway(rig.osc.port, [message('/show/*/opacity', f(0.25))])
    await untilPlayed(rig, 'the next second', () => value(rig, '/show/right/opacity') === 0.25)
    await socket.close()
  })

  it('is bounded: large messages that wait for their time', async () => {
    const time = manualTime()
    const rig = await openRig({ now: time.now, later: time.later, wall: () => 1_000_000 })
    const large = encodeBundle([message('/show/left/blend', s('x'.repeat(50_000)))], tagOf(1_001_000))
    const socket = await openEar()
    for (let n = 0; n < 30; n++) await socket.send(large, rig.osc.port)
    await socket.send(message('/done'), rig.osc.port)
    await untilPlayed(rig, 'all', () => rig.controls.length === 1)
    expect(problems(rig).filter((text) => text.includes('a megabyte of messages')).length).toBe(10)
    await socket.close()
  })
})

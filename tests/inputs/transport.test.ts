import { describe, expect, it } from 'vitest'
import { createTransport } from '../../src/inputs/transport.js'
import { range } from './playing.js'

const FPS = 60
const clip = (frames = 120, fps = FPS) => createTransport({ duration: frames / fps, frameSeconds: 1 / fps, epsilon: 1e-6 })

/** Frames of a constant-rate clip that a transport's positions choose, tick by tick. */
const frames = (transport: ReturnType<typeof clip>, ticks: number, fps = FPS, show = FPS): number[] => {
  const shown: number[] = []
  for (let n = 0; n < ticks; n++) {
    transport.advance(n === 0 ? 0 : 1 / show)
    shown.push(Math.floor((transport.place.position + 1e-6) * fps))
  }
  return shown
}

describe('transport', () => {
  it('loops with no frame missing or repeated, for as long as anyone plays', () => {
    const transport = clip(289)
    const shown = frames(transport, 100_000)
    expect(shown.every((frame, n) => frame === n % 289)).toBe(true)
  })

  it('keeps its place over loops at 24 frames a second in a 60 Hz show', () => {
    const shown = frames(clip(24, 24), 600, 24)
    expect(shown.every((frame, n) => frame === Math.floor((n * 24) / 60 + 1e-6) % 24)).toBe(true)
  })

  it('plays in reverse from the end, gaplessly', () => {
    const transport = clip(10)
    transport.controls.speed = -1
    expect(frames(transport, 21)).toEqual([...range(9, -1), ...range(9, -1), 9])
  })

  it('plays once in reverse, from the end to the beginning', () => {
    const transport = clip(4)
    Object.assign(transport.controls, { mode: 'once', speed: -1 })
    expect(frames(transport, 6)).toEqual([3, 2, 1, 0, 0, 0])
    expect(transport.ended).toBe(true)
  })

  it('goes back from where it is when it was sought or played before', () => {
    const transport = clip(10)
    transport.controls.seek(5 / FPS)
    transport.controls.speed = -1
    expect(frames(transport, 3)).toEqual([5, 4, 3])
    transport.controls.speed = 1
    expect(frames(transport, 3)).toEqual([3, 4, 5])
  })

  it('turns at both ends in ping-pong without showing an end frame twice over', () => {
    const transport = clip(5)
    transport.controls.mode = 'ping-pong'
    expect(frames(transport, 17)).toEqual([0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1, 0])
  })

  it('shows every frame of a slower clip in ping-pong', () => {
    const transport = clip(5, 24)
    transport.controls.mode = 'ping-pong'
    expect(new Set(frames(transport, 40, 24))).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it('plays once, holds the last frame and says so', () => {
    const transport = clip(4)
    transport.controls.mode = 'once'
    expect(frames(transport, 4)).toEqual([0, 1, 2, 3])
    expect(transport.ended).toBe(false)
    transport.advance(1 / FPS)
    transport.advance(1)
    expect([transport.ended, Math.floor((transport.place.position + 1e-6) * FPS)]).toEqual([true, 3])
    transport.controls.seek(0)
    transport.advance(1 / FPS)
    expect([transport.ended, Math.floor((transport.place.position + 1e-6) * FPS)]).toEqual([false, 1])
  })

  it('leaves the end of a clip played once when its direction is turned round', () => {
    const transport = clip(4)
    transport.controls.mode = 'once'
    frames(transport, 8)
    transport.controls.speed = -1
    transport.advance(1 / FPS)
    expect(Math.floor((transport.place.position + 1e-6) * FPS)).toBe(2)
  })

  it('stays between in and out points, the out point excluded', () => {
    const transport = clip(60)
    transport.controls.inPoint = 10 / FPS
    transport.controls.outPoint = 15 / FPS
    expect(frames(transport, 12)).toEqual([10, 11, 12, 13, 14, 10, 11, 12, 13, 14, 10, 11])
  })

  it('plays one frame at least when in and out points cross', () => {
    const transport = clip(60)
    transport.controls.inPoint = 0.5
    transport.controls.outPoint = 0.1
    expect(new Set(frames(transport, 5))).toEqual(new Set([30]))
  })

  it('clamps speed to 0.1 to 4 either way and ignores what is no number', () => {
    const { controls } = clip()
    const after = (speed: number) => {
      controls.speed = speed
      return controls.speed
    }
    expect([9, -9, 0.01, -0.01, 0].map(after)).toEqual([4, -4, 0.1, -0.1, 0])
    controls.speed = 2
    expect(after(Number.NaN)).toBe(2)
  })

  it.each([[0.25, [0, 0, 0, 0, 1, 1, 1, 1, 2]], [2, [0, 2, 4, 6, 8, 10, 12, 14, 16]], [4, [0, 4, 8, 12, 16, 20, 24, 28, 32]]])('plays at speed %d', (speed, expected) => {
    const transport = clip()
    transport.controls.speed = speed
    expect(frames(transport, 9)).toEqual(expected)
  })

  it('looks ahead over the loop point without moving', () => {
    const transport = clip(10)
    transport.controls.seek(9 / FPS)
    const { position, lap } = transport.lookAhead(1 / FPS)
    expect([Math.round(position * FPS), lap]).toEqual([0, 1])
    expect(Math.round(transport.place.position * FPS)).toBe(9)
  })

  it('stands while paused, and looks no further ahead', () => {
    const transport = clip()
    transport.controls.seek(0.5)
    transport.controls.playing = false
    transport.advance(1)
    expect([transport.place.position, transport.lookAhead(1).position]).toEqual([0.5, 0.5])
  })

  it('seeks within the clip and ignores what is no number', () => {
    const transport = clip(60)
    transport.controls.playing = false
    transport.controls.seek(99)
    expect(Math.floor((transport.place.position + 1e-6) * FPS)).toBe(59)
    transport.controls.seek(Number.NaN)
    transport.controls.seek(-1)
    expect(transport.place.position).toBe(0)
  })

  it('adds up steps until it is told where they led', () => {
    const transport = clip()
    transport.controls.seek(0.5)
    transport.controls.step(1)
    transport.controls.step(2)
    expect([transport.stepping, transport.controls.playing]).toEqual([3, false])
    transport.arrive(transport.generation - 1, 9)
    expect(transport.stepping).toBe(3)
    transport.arrive(transport.generation, 0.55)
    expect([transport.stepping, transport.place.position]).toEqual([0, 0.55])
  })

  it('tells where a loop lands and where ping-pong turns', () => {
    const transport = clip(60)
    transport.controls.seek(0.75)
    expect(transport.upcoming(transport.place)).toEqual({ kind: 'jump', seconds: 0.25, position: 0 })
    transport.controls.mode = 'ping-pong'
    expect(transport.upcoming(transport.place).kind).toBe('turn')
    transport.controls.mode = 'once'
    expect(transport.upcoming(transport.place).kind).toBe('none')
  })

  it('never moves for a still', () => {
    const transport = createTransport({ duration: 0, frameSeconds: 1 / 25, epsilon: 1e-6 })
    for (let n = 0; n < 100; n++) transport.advance(1 / 60)
    expect([transport.place.position, transport.ended]).toEqual([0, false])
  })
})

import { expect, test } from 'vitest'
import { frameRate, samplesBefore } from '../../src/outputs/frame-rate.js'

test.each([
  [60, 60, 1], [25, 25, 1], [29.97, 30000, 1001], [30000 / 1001, 30000, 1001], [23.976, 24000, 1001], [59.94, 60000, 1001], [119.88, 120000, 1001],
  [12.5, 25, 2], [0.5, 1, 2], [29.5, 59, 2],
])('%d frames per second are %d/%d', (fps, num, den) => {
  expect(frameRate(fps)).toEqual({ num, den })
})

test('sound never drifts from the picture, however long the recording', () => {
  const rate = frameRate(29.97)
  expect(samplesBefore(30000, rate, 48000)).toBe(1001 * 48000)
  expect(samplesBefore(1, rate, 48000)).toBe(1602)
})

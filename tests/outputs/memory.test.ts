import { firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { DoppelError } from '../../src/engine/error.js'
import { openMemory } from '../../src/outputs/memory.js'

test('keeps a copy of the newest picture', async () => {
  const output = openMemory({ id: 'memory', width: 3, height: 3, format: 'i420' })
  expect(output.last()).toBeUndefined()
  const data = new Uint8Array(9 + 4 + 4).fill(7)
  output.write({ width: 3, height: 3, format: 'i420', data, tick: 5 })
  data.fill(9)
  expect(output.last()).toMatchObject({ tick: 5, width: 3, height: 3, format: 'i420' })
  expect([...(output.last()?.data ?? [])]).toEqual(Array<number>(17).fill(7))
  await output.ready()
  output.write({ width: 3, height: 3, format: 'i420', data, tick: 6 })
  expect(output.last()?.data[0]).toBe(9)
  expect([output.written, output.dropped]).toEqual([2, 0])
  expect(await firstValueFrom(output.status$)).toMatchObject({ unit: 'memory', state: 'running' })
  await output.close()
})

test('refuses a picture of another kind, saying what it takes', () => {
  const output = openMemory({ id: 'memory', width: 4, height: 2, format: 'rgba' })
  const write = () => output.write({ width: 4, height: 2, format: 'i420', data: new Uint8Array(12), tick: 0 })
  expect(write).toThrow(DoppelError)
  expect(write).toThrow('the output memory takes rgba pictures of 4x2 (32 bytes), not i420 of 4x2 (12 bytes)')
})

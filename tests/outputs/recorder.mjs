// A process that records numbered pictures and tells what happens to it, one JSON line per event; for tests that end it or
// take its disk away. Arguments: file, pictures, live|offline, frames per second, width, height.
import { openRecord } from '../../dist/src/outputs/record.js'

const [path, pictures, pace, fps, width, height] = process.argv.slice(2).map((text) => (/^\d+$/.test(text) ? Number(text) : text))
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
const data = new Uint8Array((width * height * 3) / 2).fill(128)

// Sixteen bars, bit 0 at the left, over noise between them that costs an encoder something.
const draw = (number) => {
  const bar = Array.from({ length: 16 }, (_, bit) => ((number >> bit) & 1 ? 220 : 30))
  let noise = number + 1
  for (let y = 0, at = 0; y < height; y++) {
    const middle = 3 * y >= height && 3 * y < 2 * height
    for (let x = 0; x < width; x++, at++) {
      noise = (Math.imul(noise, 1103515245) + 12345) >>> 0
      data[at] = middle ? 60 + (noise >>> 25) : bar[Math.floor((x * 16) / width)]
    }
  }
}

const output = await openRecord(path, { id: 'record', width, height, fps, realtime: pace === 'live' })
output.fault$.subscribe((fault) => tell({ fault }))
output.status$.subscribe((status) => tell({ status }))
const start = performance.now()
for (let tick = 0; tick < pictures; tick++) {
  if (pace === 'live') while (performance.now() < start + (tick * 1000) / fps) await new Promise((resolve) => { setTimeout(resolve, 1) })
  else await output.ready()
  draw(tick)
  output.write({ width, height, format: 'i420', data, tick })
  tell({ written: tick })
}
await output.close()
tell({ closed: true, dropped: output.dropped })

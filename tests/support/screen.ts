import { spawnSync } from 'node:child_process'
import { Decoder, Demuxer } from 'node-av'

/** Mean brightness (0 to 255) and size of what an X display shows right now, captured as any recorder would. */
export const screenBrightness = (display: string, width: number, height: number): number => {
  const demuxer = Demuxer.openSync(display, { format: 'x11grab', options: { video_size: `${width}x${height}`, framerate: 30, draw_mouse: 0 } })
  try {
    const stream = demuxer.video()
    if (!stream) throw new Error('nothing to capture')
    const decoder = Decoder.createSync(stream)
    try {
      for (const frame of decoder.framesSync(demuxer.packetsSync(stream.index))) {
        if (!frame) continue
        const pixels = frame.data?.[0]
        if (!pixels) throw new Error('a capture without pixels')
        let sum = 0
        // BGR0: every fourth byte is padding.
        for (let i = 0; i < pixels.length; i++) if (i % 4 !== 3) sum += pixels[i] ?? 0
        const mean = sum / (pixels.length * 0.75)
        frame.free()
        return mean
      }
      throw new Error('the capture ended')
    } finally {
      decoder.close()
    }
  } finally {
    demuxer.closeSync()
  }
}

const xdotool = (display: string, ...args: string[]): { status: number | null; stdout: string } =>
  spawnSync('xdotool', args, { env: { ...process.env, DISPLAY: display }, encoding: 'utf8' })

/** Presses a key as a keyboard would. */
export const pressKey = (display: string, key: string): void => {
  const { status } = xdotool(display, 'key', key)
  if (status !== 0) throw new Error('xdotool is missing: run npm run setup')
}

/** Clicks as a mouse would; button 1 is the left one, 3 the right one. */
export const clickAt = (display: string, x: number, y: number, button: 1 | 3 = 1): void => {
  const { status } = xdotool(display, 'mousemove', String(x), String(y), 'click', String(button))
  if (status !== 0) throw new Error('xdotool is missing: run npm run setup')
}

/** Size and place of the window whose title contains `title`; undefined while there is none. */
export const windowGeometry = (display: string, title: string): { x: number; y: number; width: number; height: number } | undefined => {
  const { stdout } = xdotool(display, 'search', '--onlyvisible', '--name', title, 'getwindowgeometry', '--shell', '%1')
  const value = (name: string) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(stdout)?.[1])
  return /^WIDTH=/m.test(stdout) ? { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') } : undefined
}

/** Resolves when `check` holds; looks again at every turn of the event loop, up to `ms`. */
export const eventually = async (what: string, check: () => boolean, ms = 30_000): Promise<void> => {
  const end = performance.now() + ms
  while (!check()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

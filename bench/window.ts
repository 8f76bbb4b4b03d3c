import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openGpu } from '../src/gl/context.js'
import { openUi } from '../src/ui/app.js'
import { openOutputWindow } from '../src/ui/output-window.js'
import type { Bench, Row } from './bench.js'
import { median, medianRatio, takeTurns } from './measure.js'
import { openRig } from './rig.js'

const SIZE = [1280, 720] as const
const FPS = 60
const TARGET = { op: '>=', value: 1.3 } as const
/** Sources and compiled files lie one folder apart. */
const SHADER = fileURLToPath(new URL('../../bench/peers/kaleidoscope.mpv.glsl', import.meta.url))

/** As fast and as plain as mpv goes: nothing drawn that we do not draw, no scaler better than ours, 8 bits per channel. */
const MPV = [
  '--no-config', '--really-quiet', '--untimed', '--no-audio', '--framedrop=no', '--hwdec=no', '--gpu-sw=yes', '--no-osc', '--osd-level=0', '--no-input-default-bindings',
  '--vo=gpu', '--gpu-api=opengl', '--opengl-swapinterval=0', '--fbo-format=rgba8', '--scale=bilinear', '--cscale=bilinear', '--dscale=bilinear',
  '--correct-downscaling=no', '--dither-depth=no', '--deband=no', `--geometry=${SIZE[0]}x${SIZE[1]}`, '--no-border', `--glsl-shaders=${SHADER}`,
]

/** Milliseconds mpv takes from start to end for so many frames; undefined when it is not installed. */
const playMpv = (path: string, frames: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    let said = ''
    const mpv = spawn('mpv', [...MPV, `--frames=${frames}`, path], { stdio: ['ignore', 'ignore', 'pipe'] })
    mpv.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    mpv.once('error', (error) => { if ('code' in error && error.code === 'ENOENT') resolve(undefined); else reject(error) })
    mpv.once('close', (code) => { if (code === 0) resolve(performance.now() - started); else reject(new Error(`mpv ended with code ${code}: ${said.trim()}`)) })
  })

/** A clip through the kaleidoscope into a real 720p window with no clock, against mpv doing the same. */
export const window: Bench = {
  name: 'window',
  about: '1080p60 clip through the kaleidoscope to a 720p window, untimed, against mpv with the same shader',
  async run({ quick, clips, say }) {
    const [width, height] = SIZE
    const path = clips.clip(1920, 1080, FPS, 5)
    const frames = quick ? 60 : 240
    // Within the clip: mpv counts its frames anew with every loop.
    const startUp = 30
    const ui = openUi()
    const gpu = openGpu()
    const output = openOutputWindow(ui, { id: 'window', title: 'Doppel bench', width, height, fit: 'letterbox', fullscreen: false })
    const rig = await openRig({ gpu, clip: path, effects: ['kaleidoscope'], size: SIZE, fps: FPS, outputs: [output] })
    const play = async (count: number) => {
      const started = performance.now()
      for (let i = 0; i < count; i++) {
        ui.pump()
        await rig.step()
      }
      gpu.gl.finish()
      return (1000 * count) / (performance.now() - started)
    }
    await play(30)
    if (output.width !== width || output.height !== height) throw new Error(`the window is ${output.width}x${output.height}, not ${width}x${height}`)
    const peer = (await playMpv(path, startUp)) !== undefined
    // Starting up and opening the file are in the short and the long run alike.
    const playPeer = async () => {
      const [short, long] = [await playMpv(path, startUp), await playMpv(path, startUp + frames)]
      return (1000 * frames) / ((long ?? Number.NaN) - (short ?? Number.NaN))
    }
    say(`${frames} frames a round${peer ? ', in turns with mpv' : ''}`)
    const [ours = [], theirs = []] = await takeTurns(quick ? 1 : 5, () => play(frames), ...(peer ? [playPeer] : []))
    await rig.close()
    await output.close()
    gpu.close()
    const rows: Row[] = [{ metric: 'Doppel', value: median(ours), unit: 'fps' }]
    const compared = 'Doppel / mpv'
    return peer
      ? [{ metric: compared, value: medianRatio(ours, theirs), unit: 'x', target: TARGET }, ...rows, { metric: 'mpv', value: median(theirs), unit: 'fps' }]
      : [{ metric: compared, value: null, unit: 'x', target: TARGET, note: 'mpv is not installed here' }, ...rows]
  },
}

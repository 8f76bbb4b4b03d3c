import { spawn } from 'node:child_process'
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Size } from './bench.js'

export type Hydra = { readonly script: string; readonly browser: string } | { readonly missing: string }

export interface Played {
  readonly fps: number
  /** Pictures of the clip its browser put on show meanwhile. */
  readonly pictures: number
  readonly renderer: string
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const SCRIPT = join('dist', 'hydra-synth.js')
const PATIENCE_MS = 180_000
const CLIP_FPS = 60

const findScript = (): string | undefined => {
  const named = process.env['DOPPEL_HYDRA']
  if (named) return [named, join(named, SCRIPT), join(named, 'node_modules', 'hydra-synth', SCRIPT)].find((path) => path.endsWith('.js') && existsSync(path))
  try {
    return createRequire(import.meta.url).resolve('hydra-synth/dist/hydra-synth.js')
  } catch {
    return undefined
  }
}

const findBrowser = (): string | undefined => {
  const named = process.env['DOPPEL_CHROMIUM']
  if (named) return existsSync(named) ? named : undefined
  return (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => BROWSERS.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** Looks for the peer; nothing is ever installed. `DOPPEL_HYDRA` names the folder of the package, `DOPPEL_CHROMIUM` the browser. */
export const findHydra = (): Hydra => {
  const [script, browser] = [findScript(), findBrowser()]
  if (script === undefined) return { missing: 'hydra-synth is not here (npm install it in any folder, and set DOPPEL_HYDRA to that)' }
  return browser === undefined ? { missing: 'Chromium is not here (install it, or set DOPPEL_CHROMIUM to its path)' } : { script, browser }
}

/** Serves the page, Hydra, the clip (with ranges, as players ask for them), and takes the result. */
const serve = (page: string, script: string, clip: string, take: (result: string) => void): Server => {
  const sendClip = ({ headers: { range } }: IncomingMessage, response: ServerResponse) => {
    const { size } = statSync(clip)
    const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(range ?? '') ?? []
    const [start, end] = [Number(from), to === '' ? size - 1 : Number(to)]
    response.writeHead(range === undefined ? 200 : 206, { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'content-length': end - start + 1, ...(range !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }) })
    createReadStream(clip, { start, end }).pipe(response)
  }
  const send = (response: ServerResponse, type: string, body: string | Buffer) => { response.writeHead(200, { 'content-type': type }).end(body) }
  return createServer((request, response) => {
    if (request.url === '/clip.mp4') sendClip(request, response)
    else if (request.url === '/hydra-synth.js') send(response, 'text/javascript', readFileSync(script))
    else if (request.url === '/result') {
      let said = ''
      request.setEncoding('utf8').on('data', (text: string) => (said += text)).on('end', () => {
        send(response, 'text/plain', '')
        take(said)
      })
    } else send(response, 'text/html', page)
  })
}

/** What runs in the browser: the chain of the bench in Hydra's own words, ticked as fast as it goes, every tick waited for. */
const pageOf = ([width, height]: Size, frames: number): string => `<!doctype html><canvas id="canvas" width="${width}" height="${height}"></canvas><script src="/hydra-synth.js"></script><script>
const tell = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) });
const turn = () => new Promise((go) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = go; port2.postMessage(0); });
(async () => {
  const canvas = document.getElementById('canvas');
  const hydra = new Hydra({ canvas, width: ${width}, height: ${height}, autoLoop: false, makeGlobal: false, detectAudio: false, enableStreamCapture: false });
  const { synth, regl } = hydra;
  synth.s0.initVideo('/clip.mp4');
  while (!(synth.s0.src && synth.s0.src.videoWidth > 0 && synth.s0.src.readyState === 4)) await new Promise((go) => setTimeout(go, 20));
  synth.src(synth.s0).kaleid(8).blend(synth.src(synth.o0).scale(1.01).rotate(0.01).hue(0.004), 0.85).out(synth.o0);
  const gl = regl._gl;
  const pixel = new Uint8Array(4);
  const play = async (count) => { for (let i = 0; i < count; i++) { hydra.tick(1000 / 60); gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel); await turn(); } };
  await play(3);
  const began = performance.now();
  await play(6);
  // As near to one new picture a tick as a player goes: pictures that no tick shows are not to cost it anything.
  synth.s0.src.playbackRate = Math.min(1, Math.max(0.0625, 6000 / (performance.now() - began) / ${CLIP_FPS}));
  await play(6);
  const shown = () => synth.s0.src.getVideoPlaybackQuality().totalVideoFrames;
  const [started, before] = [performance.now(), shown()];
  await play(${frames});
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  await tell({ fps: 1000 * ${frames} / (performance.now() - started), pictures: shown() - before, renderer: gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) });
})().catch((error) => tell({ error: String(error) }));
</script>`

/** What draws in the browser: the driver Doppel draws with, or the one it has within. */
export const DRIVERS = { same: ['--enable-gpu', '--ignore-gpu-blocklist', '--use-gl=angle', '--use-angle=gl-egl'], own: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] } as const
export type Driver = keyof typeof DRIVERS

const flags = (driver: Driver, profile: string): readonly string[] => [
  '--headless=new', '--no-sandbox', '--no-first-run', '--mute-audio', '--autoplay-policy=no-user-gesture-required', '--disable-gpu-vsync', `--user-data-dir=${profile}`,
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  ...DRIVERS[driver],
]

/** Plays so many ticks in a browser of its own. Throws when there is none, or it comes to no end. */
export const playHydra = async (hydra: Hydra, { clip, size, frames, driver }: { readonly clip: string; readonly size: Size; readonly frames: number; readonly driver: Driver }): Promise<Played> => {
  if ('missing' in hydra) throw new Error(hydra.missing)
  const profile = mkdtempSync(join(tmpdir(), 'doppel-hydra-'))
  let server: Server | undefined
  let browser: ReturnType<typeof spawn> | undefined
  try {
    const said = await new Promise<string>((resolve, reject) => {
      server = serve(pageOf(size, frames), hydra.script, clip, resolve).listen(0, '127.0.0.1', () => {
        const address = server?.address()
        const port = typeof address === 'object' ? address?.port : undefined
        browser = spawn(hydra.browser, [...flags(driver, profile), `http://127.0.0.1:${port}/`], { stdio: 'ignore' })
        browser.once('error', reject)
        browser.once('close', (code) => { reject(new Error(`the browser ended with code ${code}`)) })
      })
      setTimeout(() => { reject(new Error(`Hydra did not finish ${frames} ticks within ${PATIENCE_MS / 1000} s`)) }, PATIENCE_MS).unref()
    })
    const result = JSON.parse(said) as Played | { readonly error: string }
    if ('error' in result) throw new Error(`Hydra: ${result.error}`)
    return result
  } finally {
    server?.closeAllConnections()
    server?.close()
    const gone = browser && browser.exitCode === null ? new Promise((resolve) => browser?.once('close', resolve)) : undefined
    browser?.kill()
    await gone
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
  }
}

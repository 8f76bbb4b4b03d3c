import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const DEMO = (): string => {
  // dist/src/app/start.js and src/app/start.ts lie at different depths below the package.
  const above = ['../../../sets/demo', '../../sets/demo'].map((up) => fileURLToPath(new URL(up, import.meta.url)))
  return above.find((folder) => existsSync(folder)) ?? above[0] ?? ''
}

/** Where there is no display there is rarely a GPU: a size and rate that a processor alone renders in about a minute. */
const [SIZE, FPS, SECONDS] = [[960, 540] as const, 30, 10]

const hasDisplay = async (): Promise<boolean> => {
  if (process.platform !== 'linux') return true
  const { xDisplayAnswers } = await import('../native/x-display.js')
  const name = process.env['DISPLAY']
  return name !== undefined && xDisplayAnswers(name)
}

/** `npm start`: the demo set in a window where there is a display, else ten seconds of it rendered to a file. Resolves with the exit code. */
export const start = async (): Promise<number> => {
  if (await hasDisplay()) {
    const [{ play }, { KEY_HELP }] = await Promise.all([import('./play.js'), import('./window-keys.js')])
    process.stderr.write(`playing the demo set - ${KEY_HELP}\n`)
    await play({ target: DEMO(), effects: [], outs: [], size: undefined, fps: undefined, hw: 'auto', headless: false, forSeconds: undefined, overwrite: false, stats: undefined, desk: {} })
    return 0
  }
  const out = resolve('doppel-demo.mp4')
  process.stderr.write('no display here: rendering ten seconds of the demo set to a file instead\n')
  const { render } = await import('./render.js')
  const { frames, wanted } = await render({ target: DEMO(), out, effects: [], frames: SECONDS * FPS, size: SIZE, fps: FPS, seed: undefined, hw: 'auto', overwrite: true, stats: undefined, desk: {} })
  process.stdout.write(`${frames < wanted ? `interrupted: the first ${frames} of ${wanted} frames of the demo are` : 'the demo is'} in ${out}\n`)
  return frames < wanted ? 130 : 0
}

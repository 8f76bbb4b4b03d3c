import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../engine/error.js'
import type { Display } from '../native/display.js'
import type { Probed } from './probes/probe.js'

/** One thing a show needs or would profit from. `ok` false: `play` cannot work; 'warn': it works without, or less well. */
export interface Check {
  readonly name: string
  readonly ok: boolean | 'warn'
  readonly detail: string
  /** What to do about it; empty when there is nothing to do. */
  readonly hint: string
}

/** What the checks are made from. */
export interface Findings {
  readonly display: Display | Error
  readonly gl: Probed<'gl'>
  readonly windows: Probed<'windows'>
  readonly media: Probed<'media'>
  readonly models: Probed<'models'>
}

const check = (name: string, ok: Check['ok'], detail: string, hint = ''): Check => ({ name, ok, detail, hint })
const readable = (file: string) => {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What set-up noted about a step, such as why there are no windows. */
const setupNote = (step: string): string => {
  const place = import.meta.url.endsWith('.ts') ? '../../.setup/state.json' : '../../../.setup/state.json'
  try {
    const state = JSON.parse(readFileSync(fileURLToPath(new URL(place, import.meta.url)), 'utf8')) as Record<string, { note?: string }>
    return state[step]?.note ?? ''
  } catch {
    return ''
  }
}

/** Never an old one: set-up, which comes first, refuses it. */
const checkNode = (): Check => check('Node', true, process.versions.node)

const checkDisplay = ({ display }: Findings): Check => {
  if (display instanceof Error) return check('Display', false, display.message, 'hint' in display ? String(display.hint) : '')
  if (display.kind === 'none') return check('Display', true, 'the desktop')
  if (display.kind === 'existing') return check('Display', true, `the X display ${display.name}`)
  return check('Display', 'warn', 'none; Doppel draws on a private one (Xvfb), so nobody sees its windows', 'set DISPLAY to show windows')
}

const checkGl = ({ gl: { report, reason } }: Findings): Check => {
  if (!report) return check('GL', false, `no GL: ${reason}`, 'install the graphics driver (Debian and Ubuntu, without a graphics card: sudo apt install libgl1 libgl1-mesa-dri)')
  const detail = `${report.renderer} (${report.vendor}), textures up to ${report.maxTextureSize}`
  return report.software ? check('GL', 'warn', `${detail}; drawn by the processor`, 'use a machine with a graphics card, and its driver, for large pictures at frame rate') : check('GL', true, detail)
}

const checkWindows = ({ windows: { report, reason } }: Findings): Check => {
  if (!report) return check('Windows', 'warn', `no windows (headless works): ${reason}`, setupNote('NodeGui') || 'run: npm run setup -- --again')
  return check('Windows', true, `Qt on ${report.platform}, screens: ${report.screens.map(({ name, width, height }) => `${name} ${width}x${height}`).join(', ')}`)
}

const checkMedia = ({ media: { report, reason } }: Findings): Check =>
  report
    ? check('Media', report.encoders.length > 0, `FFmpeg ${report.ffmpeg}, H.264 encoders: ${report.encoders.join(', ') || 'none'}`)
    : check('Media', false, `node-av does not load: ${reason}`, 'run: npm run setup -- --again')

const checkHardware = ({ media: { report } }: Findings): Check =>
  report?.hardware.length
    ? check('Hardware decoding', true, report.hardware.join(', '))
    : check('Hardware decoding', 'warn', 'none; the processor decodes', process.platform === 'linux' ? 'Intel and AMD: sudo apt install libva-drm2 libva-x11-2 and the VA-API driver; NVIDIA: its own driver' : '')

const checkModels = ({ models: { report, reason } }: Findings): Check =>
  report
    ? check('ONNX Runtime', true, [`${report.version}, providers: ${report.providers.join(', ')}`, setupNote('ONNX Runtime')].filter(Boolean).join('; '))
    : check('ONNX Runtime', 'warn', `it does not load, so tracking is off: ${reason}`, 'run: npm run setup -- --again')

/** Where NDI's own installers put the runtime, and the folders that its documentation says to look in. */
const ndiPlaces = (): readonly string[] => {
  const named = ['NDI_RUNTIME_DIR_V6', 'NDI_RUNTIME_DIR_V5', 'LD_LIBRARY_PATH'].flatMap((name) => (process.env[name] ?? '').split(delimiter)).filter(Boolean)
  const usual = { linux: ['/usr/lib', '/usr/local/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'], darwin: ['/usr/local/lib', '/Library/NDI SDK for Apple/lib/macOS'] }
  return [...named, ...(usual[process.platform as keyof typeof usual] ?? [])]
}
const ndiFiles = ['libndi.so.6', 'libndi.so.5', 'libndi.dylib', 'Processing.NDI.Lib.x64.dll']

const checkNdi = (): Check => {
  const found = ndiPlaces().flatMap((place) => ndiFiles.map((file) => join(place, file))).find((file) => existsSync(file))
  return found ? check('NDI', true, found) : check('NDI', 'warn', 'the NDI runtime is not installed', 'install it from https://ndi.video/tools, or set NDI_RUNTIME_DIR_V6 to the folder that holds it')
}

const checkMidi = (): Check => {
  if (process.platform !== 'linux') return check('MIDI', true, 'the system\'s')
  const sequencer = '/dev/snd/seq'
  if (readable(sequencer)) return check('MIDI', true, `ALSA sequencer (${sequencer})`)
  return existsSync(sequencer)
    ? check('MIDI', 'warn', `no access to ${sequencer}`, 'add yourself to the audio group: sudo usermod -aG audio $USER, then log in again')
    : check('MIDI', 'warn', 'no ALSA sequencer', 'load it: sudo modprobe snd-seq')
}

const checkCameras = ({ media: { report } }: Findings): Check => {
  if (report?.cameras.length) return check('Cameras', true, report.cameras.map(({ name, description }) => description || name).join(', '))
  const locked = process.platform === 'linux' ? readdirSync('/dev').filter((name) => /^video\d+$/.test(name) && !readable(join('/dev', name))) : []
  return locked.length
    ? check('Cameras', 'warn', `no access to ${locked.map((name) => join('/dev', name)).join(', ')}`, 'add yourself to the video group: sudo usermod -aG video $USER, then log in again')
    : check('Cameras', 'warn', 'none', 'plug one in to play live pictures')
}

/** Below this, an hour of 1080p recording at 8 Mbit/s does not fit. */
const comfortableBytes = 5e9
const checkDisk = async (): Promise<Check> => {
  try {
    const { bavail, bsize } = await statfs(process.cwd())
    const free = bavail * bsize
    return check('Disk', free >= comfortableBytes || 'warn', `${(free / 1e9).toFixed(1)} GB free here`, free >= comfortableBytes ? '' : 'free some, or record to another disk')
  } catch (error) {
    return check('Disk', 'warn', messageOf(error))
  }
}

/** Every check, in the order they are shown. */
export const checks: readonly ((findings: Findings) => Check | Promise<Check>)[] = [
  checkNode, checkDisplay, checkGl, checkWindows, checkMedia, checkHardware, checkModels, checkNdi, checkMidi, checkCameras, checkDisk,
]

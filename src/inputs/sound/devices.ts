import { spawn } from 'node:child_process'
import { Device } from 'node-av/lib'
import { messageOf } from '../../engine/error.js'

/** An audio input as `--audio` takes it. */
export interface SoundDevice {
  readonly name: string
  readonly description: string
}

export interface SoundDevices {
  readonly devices: readonly SoundDevice[]
  /** Why a part of the list could not be made. */
  readonly problems: readonly string[]
}

const PATIENCE_MS = 3000

/** What a program writes; empty where it is missing, fails or takes too long. */
const output = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    // Looking must not start a JACK server.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: PATIENCE_MS, env: { ...process.env, JACK_NO_START_SERVER: '1' } })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (more: string) => { text += more })
    child.once('error', () => { resolve('') })
    child.once('close', (code) => { resolve(code === 0 ? text : '') })
  })

/** `pactl list short sources`: number, name, module, format and state, by tabs. */
export const parsePulse = (text: string): readonly SoundDevice[] =>
  text.split('\n').flatMap((line) => {
    const [, name] = line.split('\t')
    return name === undefined || name === '' ? [] : [{ name: `pulse:${name}`, description: name.endsWith('.monitor') ? 'what the computer plays' : 'sound server' }]
  })

/** `jack_lsp`: one port a line. Only that a server runs is of interest: its ports are joined with a patch bay. */
export const parseJack = (text: string): readonly SoundDevice[] =>
  /^\S+:\S/m.test(text) ? [{ name: 'jack:doppel', description: 'JACK input port, to be joined in a patch bay' }] : []

/** The audio inputs of this machine. Never rejects; takes up to 3 s where a sound server does not answer. */
export const listSoundDevices = async (platform: NodeJS.Platform = process.platform): Promise<SoundDevices> => {
  const problems: string[] = []
  const prefix = platform === 'linux' ? 'alsa:' : ''
  let devices: readonly SoundDevice[] = []
  try {
    devices = (await Device.list()).filter(({ type }) => type === 'audio').map(({ name, description }) => ({ name: `${prefix}${name}`, description }))
  } catch (thrown) {
    problems.push(`audio inputs: ${messageOf(thrown)}`)
  }
  if (platform !== 'linux') return { devices, problems }
  const [pulse, jack] = await Promise.all([output('pactl', ['list', 'short', 'sources']), output('jack_lsp', [])])
  return { devices: [...devices, ...parsePulse(pulse), ...parseJack(jack)], problems }
}

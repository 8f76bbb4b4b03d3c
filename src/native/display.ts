import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { DoppelError } from '../engine/error.js'
import { parseXDisplay, xDisplayAnswers } from './x-display.js'

/** The X display this process draws on. `none`: the platform needs no such thing (macOS, Windows). */
export interface Display {
  readonly kind: 'existing' | 'private' | 'none'
  /** As in `DISPLAY`; empty for `none`. */
  readonly name: string
  /** Stops a private display and puts `DISPLAY` back as it was; an existing one is left alone. */
  close(): Promise<void>
}

export interface DisplayOptions {
  /** Nobody will look: a display forwarded over the network (`ssh -X`) is then passed over, for it draws slower than a private one. */
  readonly headless?: boolean
  /** Width x height x depth of a private display's screen, in pixels and bits. */
  readonly screen?: string
}

/**
 * The private server lives in a session of its own (Ctrl-C in the terminal must not take the display from under a file
 * that is being finished) behind a shell that waits for the end of its input: that end comes however this process
 * dies, `kill -9` included, and the server goes with it. The shell lets go of its output, so that output's end means
 * that the server is gone.
 */
const supervised = 'Xvfb "$@" & server=$!; exec >&-; read -r _; kill "$server"; wait "$server"'

/** Whether a child and its pipes keep this process running. */
const hold = (child: ChildProcess, on: boolean) => {
  for (const one of [child, ...([child.stdin, child.stdout, child.stderr] as (Socket | null)[])]) {
    if (on) one?.ref()
    else one?.unref()
  }
}

const startPrivate = async (screen: string): Promise<{ name: string; stop: () => Promise<void> }> => {
  const server = ['-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp', '-noreset', '+extension', 'GLX', '+extension', 'RANDR']
  const child = spawn('/bin/sh', ['-c', supervised, 'doppel-display', ...server], { detached: true, stdio: 'pipe' })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)))
  const number = await new Promise<string | undefined>((resolve) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('\n')) resolve(said.trim())
    })
    child.stdout.once('end', () => resolve(undefined))
    child.once('error', () => resolve(undefined))
  })
  const stop = () => {
    hold(child, true)
    child.stdin.destroy()
    return gone
  }
  if (number === undefined) {
    await stop()
    const missing = /not found/.test(complaints)
    throw new DoppelError(
      missing
        ? 'There is no display here, and the program that gives a private one (Xvfb) is not installed.'
        : `There is no display here, and a private one (Xvfb) did not start: ${complaints.trim().split('\n').at(-1) ?? ''}`,
      missing ? 'Install it (Debian and Ubuntu: apt install xvfb; Fedora: dnf install xorg-x11-server-Xvfb), or set DISPLAY.' : 'Set DISPLAY to a display that answers.',
    )
  }
  hold(child, false)
  return { name: `:${number}`, stop }
}

/**
 * Makes sure that GL and windows have an X display: the one named by `DISPLAY` where it answers, else a private Xvfb
 * that ends with this process. Sets `process.env.DISPLAY`, so call it on the main thread, before GL or a window is
 * opened. Throws a DoppelError when there is neither.
 */
export const ensureDisplay = async ({ headless = false, screen = '1920x1080x24' }: DisplayOptions = {}): Promise<Display> => {
  if (process.platform !== 'linux') return { kind: 'none', name: '', close: () => Promise.resolve() }
  // Under Wayland, Qt would otherwise make windows that GL, which wants X11 ones, cannot draw into.
  process.env['QT_QPA_PLATFORM'] ??= 'xcb'
  const before = process.env['DISPLAY']
  const usable = before && (!headless || parseXDisplay(before)?.host === '') ? before : undefined
  if (usable && (await xDisplayAnswers(usable))) return { kind: 'existing', name: usable, close: () => Promise.resolve() }
  const { name, stop } = await startPrivate(screen)
  process.env['DISPLAY'] = name
  return {
    kind: 'private',
    name,
    close() {
      if (before === undefined) delete process.env['DISPLAY']
      else process.env['DISPLAY'] = before
      return stop()
    },
  }
}

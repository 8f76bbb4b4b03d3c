import { createConnection } from 'node:net'

/** The parts of an X display name such as `:1`, `:1.0`, `unix:1` or `localhost:10.0`. An empty host is this machine's socket. */
export interface XDisplayName {
  readonly host: string
  readonly number: number
}

/** Splits an X display name; undefined when it is none. */
export const parseXDisplay = (name: string): XDisplayName | undefined => {
  const match = /^(?:unix)?(?<host>[^:/]*|\[[^\]]+\]):(?<number>\d+)(?:\.\d+)?$/.exec(name)
  if (!match?.groups) return undefined
  return { host: match.groups['host'] ?? '', number: Number(match.groups['number']) }
}

/** The X protocol's connection request (little endian, protocol 11.0, no authorisation): every server replies to it, if only to refuse. */
const hello = Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])

/**
 * Whether an X server replies under this display name within `timeoutMs`. A connection alone proves little (a hung
 * server's socket still accepts), so one request is sent. A refusal counts: real clients bring the user's cookie.
 */
export const xDisplayAnswers = async (name: string, timeoutMs = 2000): Promise<boolean> => {
  const display = parseXDisplay(name)
  if (!display) return false
  return new Promise((resolve) => {
    const socket = display.host
      ? createConnection({ host: display.host, port: 6000 + display.number })
      : createConnection({ path: `/tmp/.X11-unix/X${display.number}` })
    const settle = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.setTimeout(timeoutMs, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('connect', () => socket.write(hello))
    socket.once('data', () => settle(true))
    socket.once('close', () => settle(false))
  })
}

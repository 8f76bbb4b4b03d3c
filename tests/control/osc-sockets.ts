import { WebSocket } from 'ws'
import { decodePacket, type OscMessage } from '../../src/control/osc/codec.js'
import type { Rig } from './osc-support.js'

type Options = { readonly origin?: string; readonly headers?: Record<string, string> }

const sockets: WebSocket[] = []
/** A WebSocket of an independent implementation's client; ended by {@link closeSockets}. */
export const connectTo = (url: string, options: Options = {}): WebSocket => {
  const socket = new WebSocket(url, options)
  sockets.push(socket)
  return socket
}
export const closeSockets = (): void => { for (const socket of sockets.splice(0)) socket.terminate() }

/** A client of OSCQuery, and what it is told. */
export const openSocket = async (rig: Rig, options: Options = {}) => {
  const socket = connectTo(`ws://127.0.0.1:${rig.osc.queryPort}/`, options)
  const heard: OscMessage[] = []
  const news: unknown[] = []
  socket.on('message', (data, binary) => {
    if (binary) heard.push(...decodePacket(data as Buffer).messages)
    else news.push(JSON.parse((data as Buffer).toString('utf8')))
  })
  await new Promise<void>((done, fail) => socket.once('open', done).once('error', fail))
  const say = (COMMAND: string, DATA: unknown) => socket.send(JSON.stringify({ COMMAND, DATA }))
  return { socket, heard, news, say }
}
/** HTTP status a WebSocket was refused with. */
export const refusalOf = (rig: Rig, options: Options) =>
  new Promise<number>((done) => {
    const socket = connectTo(`ws://127.0.0.1:${rig.osc.queryPort}/`, options)
    socket.once('unexpected-response', (_, response) => {
      done(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.once('error', () => undefined)
    socket.once('open', () => {
      done(101)
      socket.terminate()
    })
  })

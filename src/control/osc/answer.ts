import type { AddressBook } from './book.js'
import { ATTRIBUTES, nodeOf, sizeOf, treeOf, UNUSED_ATTRIBUTES, type Node } from './nodes.js'

/** What the host is, for `?HOST_INFO`. */
export interface HostInfo {
  readonly name: string
  /** 0 while it is not open. */
  readonly oscPort: number
  readonly queryPort: number
}

export interface Answer {
  /** HTTP status. */
  readonly status: 200 | 204 | 400 | 404
  readonly body?: Node
  /** Nodes that were described: what the answer cost. */
  readonly nodes: number
}

const EXTENSIONS = Object.fromEntries([
  ...ATTRIBUTES.filter((name) => !['FULL_PATH', 'CONTENTS', 'TYPE'].includes(name)),
  'LISTEN', 'PATH_CHANGED', 'PATH_ADDED', 'PATH_REMOVED',
].map((name) => [name, true]))

const hostInfo = ({ name, oscPort, queryPort }: HostInfo): Node => ({
  NAME: name,
  ...(oscPort > 0 && { OSC_PORT: oscPort, OSC_TRANSPORT: 'UDP' }),
  WS_PORT: queryPort,
  EXTENSIONS,
})

const pathIn = (pathname: string): string | undefined => {
  try {
    return decodeURIComponent(pathname).replace(/(.)\/+$/, '$1')
  } catch {
    return undefined
  }
}

/**
 * Answers a request for a path and attributes, as the OSCQuery proposal says: 404 where nothing is; 400 for a path or an attribute that
 * is none; 204 for an attribute that is not supported, or a VALUE that cannot be read; an empty object for one that does not apply here.
 */
export const answerQuery = (book: AddressBook, host: HostInfo, pathname: string, attributes: readonly string[]): Answer => {
  // The path does not matter to HOST_INFO.
  if (attributes.includes('HOST_INFO')) return { status: 200, body: hostInfo(host), nodes: 1 }
  const path = pathIn(pathname)
  if (path === undefined) return { status: 400, nodes: 0 }
  const branch = book.find(path)
  if (!branch) return { status: 404, nodes: 0 }
  if (attributes.length === 0) return { status: 200, body: treeOf(branch), nodes: sizeOf(branch) }
  if (attributes.some((name) => !ATTRIBUTES.includes(name) && !UNUSED_ATTRIBUTES.includes(name))) return { status: 400, nodes: 0 }
  if (attributes.some((name) => UNUSED_ATTRIBUTES.includes(name))) return { status: 204, nodes: 0 }
  const whole = attributes.includes('CONTENTS')
  const node = whole ? treeOf(branch) : nodeOf(branch)
  if (attributes.includes('VALUE') && !('VALUE' in node)) return { status: 204, nodes: 1 }
  return { status: 200, body: Object.fromEntries(attributes.filter((name) => name in node).map((name) => [name, node[name]])), nodes: whole ? sizeOf(branch) : 1 }
}

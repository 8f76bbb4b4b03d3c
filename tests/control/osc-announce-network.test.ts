import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startTalker, twoComputers, until, whyNoComputers } from '../support/namespaces.js'

const doppel = join(resolve(import.meta.dirname, '../..'), 'dist/src/app/main.js')
// Debian's own packages are seen by its own Python alone.
const python = ['python3', '/usr/bin/python3'].find((each) => spawnSync(each, ['-c', 'import zeroconf']).status === 0)
const why = python === undefined ? 'there is no python3 with zeroconf (Debian and Ubuntu: apt install python3-zeroconf)' : whyNoComputers()
if (why !== undefined) console.warn(`SKIPPED "announcing to another computer": ${why}.`)

/** What is on the network, after every change of it, as another implementation of mDNS sees it. */
const BROWSER = `
import json, sys
from zeroconf import ServiceBrowser, Zeroconf
seen = {}
def tell(): print(json.dumps(list(seen.values())), flush=True)
class Listener:
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, 5000)
        if info is None: return
        seen[name] = {'name': name, 'port': info.port, 'addresses': info.parsed_addresses(), 'server': info.server, 'text': info.text.hex().strip('0')}
        tell()
    def remove_service(self, zeroconf, kind, name):
        seen.pop(name, None)
        tell()
    def update_service(self, zeroconf, kind, name): pass
zeroconf = Zeroconf()
tell()
ServiceBrowser(zeroconf, ['_oscjson._tcp.local.', '_osc._udp.local.'], Listener())
sys.stdin.read()`

interface Service { readonly name: string; readonly port: number; readonly addresses: readonly string[]; readonly server: string; readonly text: string }

/** Prints an answer's status and text, or why there is none. */
const ASK = `
  import { get } from 'node:http'
  const [url, token, host] = process.argv.slice(1)
  get(url, { headers: { ...(token && { Authorization: 'Bearer ' + token }), ...(host && { Host: host }) } }, (answer) => {
    let text = ''
    answer.on('data', (more) => { text += more }).on('end', () => { console.log(answer.statusCode, text) })
  }).on('error', ({ code }) => { console.log(code) })`

describe.skipIf(why !== undefined)('announcing to another computer', () => {
  const ending: (() => unknown)[] = []
  afterEach(async () => { for (const end of ending.splice(0).reverse()) await end() })

  it('what is open beyond this computer is found, asked, and gone; what is not stays unknown', async () => {
    const net = twoComputers('mdns')
    ending.push(net.close)
    const browser = startTalker<readonly Service[]>(net.on(1, python ?? '', '-c', BROWSER))
    ending.push(() => browser.end())
    await until('somebody looks', () => browser.last !== undefined)
    const monitor = async (port: number, ...flags: readonly string[]) => {
      const talker = startTalker<string>(net.on(0, process.execPath, doppel, 'monitor', '--midi', 'none', '--osc-query-port', String(port), ...flags), (line) => line)
      ending.push(() => talker.end())
      await until('it listens', () => talker.last?.includes('listening on http') === true)
      return talker
    }
    // First, so that it would be found by the time that the other is.
    await monitor(9101, '--osc', '9100')
    const open = await monitor(9001, '--osc', '0.0.0.0:9000', '--osc-token', 'doors at ten')
    const ports = () => (browser.last ?? []).map(({ port }) => port).sort()
    await until('both are found', () => ports().length >= 2)
    expect(ports()).toEqual([9000, 9001])
    for (const { name, port, addresses, server, text } of browser.last ?? []) {
      expect(name).toMatch(port === 9000 ? /^Doppel on .+ \(9000\)\._osc\._udp\.local\.$/ : /^Doppel on .+ \(9001\)\._oscjson\._tcp\.local\.$/)
      expect(server).toMatch(/^[^.]+\.local\.$/)
      expect([addresses.includes(net.addresses[0]), text]).toEqual([true, ''])
    }
    const { server = '' } = (browser.last ?? [])[0] ?? {}
    const ask = (url: string, token = '', name = '') => net.run(1, process.execPath, '--input-type=module', '-e', ASK, url, token, name).stdout.trim()
    const host = `http://${net.addresses[0]}:9001/?HOST_INFO`
    expect([ask(host), ask(host, 'doors at nine')]).toEqual(['401', '401'])
    const [, status, body = ''] = /^(\d+) (.*)$/.exec(ask(host, 'doors at ten')) ?? []
    expect([status, JSON.parse(body)]).toEqual(['200', expect.objectContaining({ OSC_PORT: 9000, OSC_TRANSPORT: 'UDP', WS_PORT: 9001 })])
    expect(ask(`http://${net.addresses[0]}:9101/?HOST_INFO`)).toBe('ECONNREFUSED')
    // The name that is announced is one that is answered to.
    expect(ask(host, 'doors at ten', server.replace(/\.$/, ''))).toMatch(/^200 /)
    open.child.kill('SIGTERM')
    await until('it is gone', () => ports().length === 0)
  })
})

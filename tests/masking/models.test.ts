import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importModel, pullModel } from '../../src/masking/models/pull.js'
import { checkedFiles, installedFiles, modelById, modelFor, modelsFolder, removeModel } from '../../src/masking/models/store.js'
import { MODELS, type ModelManifest } from '../../src/masking/models/table.js'
import { segmenterById } from '../../src/masking/segmenters/index.js'
import { describeWithTestdata } from '../support/testdata.js'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'doppel-models-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the table of models', () => {
  it('names segmenters that exist, licences, and sources at a pinned commit with a checksum', () => {
    expect(new Set(MODELS.map(({ id }) => id)).size).toBe(MODELS.length)
    for (const { segmenter, licence, files, how, builtIn } of MODELS) {
      const roles = Object.keys(segmenterById(segmenter).graphs)
      expect(files.map(({ role }) => role).sort()).toEqual(roles.sort())
      expect(licence.code + licence.weights).not.toBe('')
      for (const { url, sha256, gitBlob } of files) {
        if (builtIn) expect(url).toBeUndefined()
        else if (url === undefined) expect(how).toContain('models import')
        else expect([/\/[0-9a-f]{40}\//.test(url), sha256 !== undefined || gitBlob !== undefined]).toEqual([true, true])
      }
      if (/GPL|NC|non-commercial/i.test(licence.weights)) expect(licence.ask).toBeDefined()
    }
  })

  it('has one that is there at once, whole, and stays', async () => {
    const own = modelById('doppel')
    const files = await checkedFiles(own, folder)
    expect(Object.keys(files).sort()).toEqual(Object.keys(segmenterById('doppel').graphs).sort())
    expect(Object.values(files).reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(4e6)
    expect(modelFor('doppel', folder)).toBe(own)
    expect(() => removeModel(own, folder)).toThrow('comes with Doppel')
    await expect(pullModel(own, { folder })).rejects.toThrow('nothing to pull')
    await expect(importModel(own, files, () => Promise.resolve(), folder)).rejects.toThrow('nothing to import')
  })

  it('are kept where the system keeps such things, or where DOPPEL_MODELS says', () => {
    expect(modelsFolder({ DOPPEL_MODELS: '/models' }, 'linux')).toBe('/models')
    expect(modelsFolder({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/doppel/models')
    expect(modelsFolder({}, 'darwin')).toContain('Application Support')
  })
})

describeWithTestdata('a model', (path) => {
  const selfie = () => path('models', 'selfie_segmentation.onnx')
  const manifest = modelById('selfie')
  const name = 'selfie_segmentation.onnx'
  let server: Server
  let address: string
  let asked: (string | undefined)[] = []
  /** How the server behaves: cuts the connection after so many bytes, or sends something else. */
  let way: { cutAfter?: number; body?: Buffer; status?: number } = {}
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.range)
      if (way.status) return response.writeHead(way.status).end()
      const whole = way.body ?? readFileSync(selfie())
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      if (from >= whole.length) return response.writeHead(416).end()
      const body = whole.subarray(from)
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length })
      if (way.cutAfter === undefined) return response.end(body)
      return response.write(body.subarray(0, way.cutAfter), () => { response.destroy() })
    })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => { server.close() })
  beforeEach(() => {
    asked = []
    way = {}
  })
  const pull = (more = {}) => pullModel(manifest, { folder, mirror: address, ...more })

  it('is pulled with progress, checked, and found', async () => {
    const seen: [number, number | undefined][] = []
    await pull({ progress: (_: string, bytes: number, of: number | undefined) => seen.push([bytes, of]) })
    expect(seen.at(-1)).toEqual([447596, 447596])
    expect(readFileSync((await checkedFiles(manifest, folder))['model'] ?? '')).toEqual(readFileSync(selfie()))
    expect(modelFor('selfie', folder)?.id).toBe('selfie')
    // Once there it is not fetched again.
    await pull()
    expect(asked).toHaveLength(1)
    expect(removeModel(manifest, folder)).toBe(true)
    expect(installedFiles(manifest, folder)).toBeUndefined()
  })

  it('that was cut off is gone on with from where it was', async () => {
    way = { cutAfter: 200_000 }
    await expect(pull()).rejects.toThrow(/cannot be fetched/)
    expect(installedFiles(manifest, folder)).toBeUndefined()
    way = {}
    await pull()
    expect(asked[0]).toBeUndefined()
    expect(Number(/bytes=(\d+)-/.exec(asked[1] ?? '')?.[1])).toBeGreaterThan(0)
    expect((await checkedFiles(manifest, folder))['model']).toBeDefined()
  })

  it.each([
    ['something else of the same size', () => ({ body: Buffer.alloc(447596, 7) }), /SHA-256/],
    ['something shorter', () => ({ body: readFileSync(selfie()).subarray(0, 1000) }), /has 1000 bytes instead of 447596/],
    ['more than there is', () => ({ body: Buffer.alloc(2_000_000) }), /sends more than/],
    ['an error', () => ({ status: 503 }), /answered 503/],
  ])('is refused when the network sends %s', async (_, behave, message) => {
    way = behave()
    await expect(pull()).rejects.toThrow(message)
    expect(installedFiles(manifest, folder)).toBeUndefined()
    expect(existsSync(join(folder, 'selfie', name))).toBe(false)
  })

  it('comes from a folder where there is no network', async () => {
    const usb = join(folder, 'usb')
    mkdirSync(usb)
    await expect(pull({ from: usb })).rejects.toThrow('there is no selfie_segmentation.onnx')
    copyFileSync(selfie(), join(usb, name))
    await pull({ from: usb })
    expect(asked).toEqual([])
    expect(installedFiles(manifest, folder)).toBeDefined()
  })

  it('is never used once its file changed, nor where nothing says that it was checked', async () => {
    await pull()
    const file = join(folder, 'selfie', name)
    const bytes = readFileSync(file)
    bytes[1000] = (bytes[1000] ?? 0) ^ 1
    writeFileSync(file, bytes)
    await expect(checkedFiles(manifest, folder)).rejects.toThrow(/changed since it was installed/)
    rmSync(join(folder, 'selfie', 'model.json'))
    await expect(checkedFiles(manifest, folder)).rejects.toThrow('is not installed')
    writeFileSync(join(folder, 'selfie', 'model.json'), '{"files":{"model":{"name":"../../etc/passwd","bytes":1,"sha256":""}}}')
    expect(installedFiles(manifest, folder)).toBeUndefined()
  })

  it('nobody publishes a checksum for is not pulled but imported', async () => {
    const own: ModelManifest = { ...manifest, id: 'own', files: [{ role: 'model', name: 'own.onnx' }], how: 'npx doppel models import own own.onnx' }
    await expect(pullModel(own, { folder, mirror: address })).rejects.toThrow('nobody publishes own.onnx with a checksum')
    const checked: string[] = []
    await importModel(own, { model: selfie() }, (files) => { checked.push(...Object.values(files)); return Promise.resolve() }, folder)
    expect(checked).toEqual([selfie()])
    expect((await checkedFiles(own, folder))['model']).toBe(join(folder, 'own', 'own.onnx'))
    await expect(importModel(own, {}, () => Promise.resolve(), folder)).rejects.toThrow('also needs its model')
    await expect(importModel(own, { head: selfie() }, () => Promise.resolve(), folder)).rejects.toThrow('no file called "head"')
    await expect(importModel({ ...own, id: 'bad' }, { model: selfie() }, () => Promise.reject(new Error('its input "x"')), folder)).rejects.toThrow('its input "x"')
    expect(existsSync(join(folder, 'bad'))).toBe(false)
  })

  it('may be imported in another form that is known to be as good', async () => {
    const [file] = manifest.files
    if (!file) throw new Error('no file')
    const other: ModelManifest = { ...manifest, id: 'other', files: [{ ...file, bytes: 1, sha256: '0'.repeat(64), or: [{ ...(file.bytes && { bytes: file.bytes }), ...(file.sha256 && { sha256: file.sha256 }) }] }] }
    await importModel(other, { model: selfie() }, () => Promise.resolve(), folder)
    expect((await checkedFiles(other, folder))['model']).toBe(join(folder, 'other', name))
    await expect(importModel({ ...other, files: [{ ...file, bytes: 1, or: [] }] }, { model: selfie() }, () => Promise.resolve(), folder)).rejects.toThrow('has 447596 bytes instead of 1')
  })
})

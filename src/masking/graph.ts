import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { InferenceSession, listSupportedBackends, type Tensor } from 'onnxruntime-node'
import { DoppelError, messageOf } from '../engine/error.js'
import { freeSizes } from './free-sizes.js'
import type { Graph, GraphContract, Provider, TensorContract } from './types.js'

export interface GraphOptions {
  readonly provider: Provider
  /** Threads of one operator. One leaves the other cores to the show, and is as fast as two for small models. */
  readonly threads: number
  /** Told when the provider that was asked for cannot be had, and the next one is taken. */
  readonly fellBack?: (message: string) => void
}

/** What ONNX Runtime calls them. */
const NAMES: Readonly<Record<Exclude<Provider, 'auto'>, string>> = { cpu: 'cpu', cuda: 'cuda', coreml: 'coreml', directml: 'dml', webgpu: 'webgpu' }
/** What is tried in which order where nobody says. */
const AUTO: Readonly<Partial<Record<NodeJS.Platform, readonly Exclude<Provider, 'auto'>[]>>> = { darwin: ['coreml', 'cpu'], win32: ['directml', 'cpu'], linux: ['cuda', 'cpu'] }

const AGAIN = 'run: npx doppel models pull'

/** The part of ONNX Runtime's message a reader can use: without its source positions, one line. */
const plain = (thrown: unknown): string => (messageOf(thrown).split('\n')[0] ?? '').replace(/^(.*?(?:Exception|Status Message|failed):\s*)+/i, '').replace(/\S*\/onnxruntime\/\S+:\d+ \S+ /g, '').slice(0, 300).trim()

const list = (names: readonly string[]) => (names.length > 0 ? names.map((name) => `"${name}"`).join(', ') : 'none')
const sizes = (shape: readonly (number | string)[]) => `[${shape.join(', ')}]`

const isFree = (size: number | string | undefined) => typeof size !== 'number' || size < 1
const fits = (has: readonly (number | string)[], wanted: readonly (number | string)[]) =>
  has.length === wanted.length && has.every((size, i) => isFree(size) || isFree(wanted[i]) || size === wanted[i])

interface Bound { readonly name: string; readonly shape: readonly (number | string)[] }

/** Finds the tensors of a contract by name. A graph with one tensor where the contract has one is taken at its word, whatever that is called. */
const bind = (way: 'input' | 'output', contract: Readonly<Record<string, TensorContract>>, found: readonly InferenceSession.ValueMetadata[], problems: string[]) => {
  const bound = new Map<string, Bound>()
  const names = found.map(({ name }) => name)
  const roles = Object.keys(contract).length
  for (const [role, { names: wanted, shape, or, type = 'float32', optional }] of Object.entries(contract)) {
    const meta = found.find(({ name }) => wanted.includes(name)) ?? (found.length === 1 && roles === 1 ? found[0] : undefined)
    if (!meta?.isTensor) {
      if (!optional) problems.push(`it has no ${way} ${list(wanted)} (its ${way}s are ${list(names)})`)
      continue
    }
    if (meta.type !== type) problems.push(`its ${way} "${meta.name}" holds ${meta.type}, and should hold ${type}`)
    // Some exporters leave the sizes of outputs out: then they are checked when they come.
    if (meta.shape.length > 0 && !fits(meta.shape, shape) && !(or && fits(meta.shape, or))) problems.push(`its ${way} "${meta.name}" is ${sizes(meta.shape)}, and should be ${sizes(shape)}${or ? ` or ${sizes(or)}` : ''}`)
    bound.set(role, { name: meta.name, shape: meta.shape.length > 0 ? meta.shape : shape })
  }
  if (way === 'input') {
    const known = new Set([...bound.values()].map(({ name }) => name))
    for (const name of names) if (!known.has(name)) problems.push(`it wants an input "${name}" that nobody gives`)
  }
  return bound
}

/** CUDA's provider is fetched apart from the package: asked for in vain it prints an error of its own over the performer's screen. */
const isThere = (provider: Exclude<Provider, 'auto'>): boolean => {
  if (!listSupportedBackends().some(({ name }) => name === NAMES[provider])) return false
  if (provider !== 'cuda') return true
  const folder = join(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'), '../bin/napi-v6', process.platform, process.arch)
  return existsSync(join(folder, process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so'))
}

const unusable = (path: string, thrown: unknown) => new DoppelError(`${basename(path)} is no model that can be run: ${plain(thrown)}`, `the file may be cut off, or made for a newer runtime; ${AGAIN}`)

/** What is given to ONNX Runtime: the file as it is, which it reads itself, or its bytes with free sizes. */
const modelOf = (path: string, contract: GraphContract): string | Uint8Array => {
  if (!contract.free) return path
  try {
    return freeSizes(readFileSync(path), contract)
  } catch (thrown) {
    throw unusable(path, thrown)
  }
}

const openSession = async (path: string, contract: GraphContract, { provider, threads, fellBack }: GraphOptions): Promise<readonly [InferenceSession, string]> => {
  const wanted = provider === 'auto' ? AUTO[process.platform] ?? ['cpu'] : provider === 'cpu' ? ['cpu' as const] : [provider, 'cpu' as const]
  const model = modelOf(path, contract)
  let refusal: unknown
  for (const each of wanted) {
    try {
      if (!isThere(each)) throw new DoppelError(`ONNX Runtime has no ${each} here`)
      const options = {
        executionProviders: [NAMES[each]], intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4,
        // Memory that was used once is kept: pictures are all of one size.
        enableMemPattern: true, graphOptimizationLevel: 'all',
        // Threads that wait for work by spinning take the cores from the other graphs of a segmenter, and from the show.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      } as const
      const session = await (typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options))
      return [session, each]
    } catch (thrown) {
      refusal = thrown
      if (each !== 'cpu' && provider !== 'auto') fellBack?.(`${basename(path)} does not run on ${each}: ${plain(thrown)}`)
    }
  }
  throw unusable(path, refusal)
}

/**
 * Opens a model file on the first provider that takes it. Throws a {@link DoppelError} that names the file, and the tensor when
 * it is not what the contract says.
 */
export const openGraph = async (path: string, contract: GraphContract, options: GraphOptions): Promise<Graph> => {
  if (!existsSync(path)) throw new DoppelError(`there is no model file ${path}`, AGAIN)
  const [session, provider] = await openSession(path, contract, options)
  const problems: string[] = []
  const inputs = bind('input', contract.inputs, session.inputMetadata, problems)
  const outputs = bind('output', contract.outputs, session.outputMetadata, problems)
  if (problems.length > 0) {
    await session.release()
    throw new DoppelError(`${basename(path)} is not the model it should be: ${problems.join('; ')}`, 'docs/models.md lists what each model must look like')
  }
  return {
    provider,
    has: (role) => inputs.has(role) || outputs.has(role),
    shapeOf: (role) => inputs.get(role)?.shape ?? [],
    async run(feeds, into) {
      const named: Record<string, Tensor> = {}
      for (const [role, tensor] of Object.entries(feeds)) {
        const bound = inputs.get(role)
        if (bound) named[bound.name] = tensor
      }
      const fetches: Record<string, Tensor | null> = {}
      for (const [role, { name }] of outputs) fetches[name] = into?.[role] ?? null
      const results = await session.run(named, fetches)
      const given: Record<string, Tensor> = {}
      for (const [role, { name }] of outputs) {
        const tensor = results[name]
        if (tensor) given[role] = tensor
      }
      return given
    },
    close: () => session.release(),
  }
}

import { createInterface } from 'node:readline/promises'
import { DoppelError } from '../engine/error.js'
import { openGraph } from '../masking/graph.js'
import { importModel, pullModel } from '../masking/models/pull.js'
import { checkedFiles, installedFiles, modelById, modelsFolder, removeModel } from '../masking/models/store.js'
import { MODELS, type ModelManifest } from '../masking/models/table.js'
import { segmenterById, SEGMENTERS } from '../masking/segmenters/index.js'
import { createProgress, type Progress } from './progress.js'

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** Every model: what it is for, what it may be used for, whether it is here. */
export const modelsAsJson = () =>
  MODELS.map((model) => ({
    id: model.id, label: model.label, segmenter: model.segmenter, licence: model.licence, input: model.input, installed: installedFiles(model) !== undefined,
    files: model.files, ...(model.how && { how: model.how }),
  }))

export const modelsAsText = (): string => {
  const rows = MODELS.map((model) => `${model.id.padEnd(16)} ${(model.builtIn ? 'comes with it' : installedFiles(model) ? 'installed' : model.files.every(({ url }) => url) ? 'can be pulled' : 'bring your own').padEnd(15)} ${model.licence.weights.slice(0, 24).padEnd(25)} ${SEGMENTERS.find(({ id }) => id === model.segmenter)?.about ?? model.label}`)
  return `${rows.join('\n')}\n\nModels are kept in ${modelsFolder()}\nGet one: npx doppel models pull selfie     More about one: npx doppel models info selfie\n`
}

export const modelAsText = (id: string): string => {
  const model = modelById(id)
  const files = installedFiles(model)
  const from = model.builtIn ? 'comes with Doppel' : 'not published as such'
  const proof = ({ sha256, gitBlob }: ModelManifest['files'][number]) => (sha256 ? `sha256 ${sha256}` : gitBlob ? `git blob ${gitBlob}` : model.builtIn ? 'sha256 in model.json beside it' : 'no published checksum')
  return [
    `${model.id} - ${model.label}`,
    `  segmenter  ${model.segmenter}`,
    `  licence    code ${model.licence.code}, weights ${model.licence.weights}`,
    `  input      ${model.input}`,
    `  installed  ${files ? 'yes' : 'no'}`,
    ...model.files.flatMap((file) => [`  ${file.role.padEnd(10)} ${file.name}${file.bytes ? `, ${megabytes(file.bytes)}` : ''}`, `             ${file.url ?? from}`, `             ${proof(file)}`, ...(files?.[file.role] ? [`             ${files[file.role] ?? ''}`] : [])]),
    ...(model.how && !model.builtIn ? [`  how        ${model.how}`] : []),
    '',
  ].join('\n')
}

const agree = async ({ id, licence }: ModelManifest, yes: boolean): Promise<void> => {
  if (!licence.ask || yes) return
  if (!process.stdin.isTTY) throw new DoppelError(`${id} asks for your consent: ${licence.ask}`, `if you agree: npx doppel models pull ${id} --yes`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question(`${licence.ask}\nGet ${id} all the same? [y/N] `)
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new DoppelError(`${id} was not pulled`, '')
}

export const pull = async (id: string, { from, yes }: { readonly from?: string | undefined; readonly yes: boolean }): Promise<string> => {
  const model = modelById(id)
  await agree(model, yes)
  let shown: { file: string; progress: Progress } | undefined
  await pullModel(model, {
    from, mirror: process.env['DOPPEL_MODELS_MIRROR'],
    progress(file, bytes, of) {
      if (shown?.file !== file) {
        shown?.progress.end()
        shown = { file, progress: createProgress(file, Math.ceil((of ?? 0) / 1024), 'kB') }
      }
      shown.progress.update(Math.floor(bytes / 1024))
    },
  })
  shown?.progress.end()
  await check(model, await checkedFiles(model))
  return `${id} is installed in ${modelsFolder()}\n`
}

/** Opens each file against its contract. Throws a {@link DoppelError} that names the tensor. */
const check = async ({ segmenter }: ModelManifest, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [role, contract] of Object.entries(segmenterById(segmenter).graphs)) {
    const graph = await openGraph(files[role] ?? '', contract, { provider: 'cpu', threads: 1 })
    await graph.close()
  }
}

/** `given`: `role=file`, or one file for a model of one. */
export const importFiles = async (id: string, given: readonly string[]): Promise<string> => {
  const model = modelById(id)
  const [only] = model.files
  const files = Object.fromEntries(given.map((text) => {
    const [, role = only?.role ?? '', path = text] = /^([a-z][a-z0-9-]*)=(.+)$/i.exec(text) ?? []
    return [role, path]
  }))
  await importModel(model, files, (paths) => check(model, paths))
  return `${id} is installed in ${modelsFolder()}\n`
}

export const pathOf = async (id: string): Promise<string> => `${Object.values(await checkedFiles(modelById(id))).join('\n')}\n`

export const remove = (id: string): string => (removeModel(modelById(id)) ? `${id} was removed\n` : `${id} was not installed\n`)

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { env, listSupportedBackends } from 'onnxruntime-node'
import type { ModelsReport } from './reports.js'

/** The CUDA provider is compiled for but not in the package; set-up fetches it where there is a CUDA GPU. */
const fetched = (name: string) => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin/napi-v6', process.platform, process.arch)
  return existsSync(join(folder, `libonnxruntime_providers_${name}.so`))
}

export const probeModels = (): ModelsReport => ({
  version: env.versions.node ?? env.versions.common,
  providers: listSupportedBackends().filter(({ name, bundled }) => bundled || fetched(name)).map(({ name }) => name),
})

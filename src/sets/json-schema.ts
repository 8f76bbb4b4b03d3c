import { z } from 'zod'
import { setSchema } from './schema.js'

export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema | boolean
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** The set file as JSON Schema (2020-12), as `sets/set.schema.json` holds it: editors complete and check set files by it. */
export const setJsonSchema = (): JsonSchema & Record<string, unknown> => ({
  ...(z.toJSONSchema(setSchema, { io: 'input' }) as JsonSchema & Record<string, unknown>),
  title: 'Doppel set',
})

/** Made once: a file may have thousands of unknown keys. */
let made: JsonSchema | undefined

const isSchema = (value: JsonSchema | boolean | undefined): value is JsonSchema => typeof value === 'object'

const below = (schema: JsonSchema, key: PropertyKey): JsonSchema[] => {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((branch) => below(branch, key))
  const own = typeof key === 'number' ? schema.prefixItems?.[key] ?? schema.items : schema.properties?.[String(key)] ?? schema.additionalProperties
  return isSchema(own) ? [own, ...branches] : branches
}
const keysOf = (schema: JsonSchema): string[] => [...Object.keys(schema.properties ?? {}), ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(keysOf)]

/** The keys an object at this place of a set file may have. */
export const knownKeys = (path: readonly PropertyKey[]): string[] => {
  const here = path.reduce<JsonSchema[]>((schemas, key) => schemas.flatMap((schema) => below(schema, key)), [made ??= setJsonSchema()])
  return [...new Set(here.flatMap(keysOf))]
}

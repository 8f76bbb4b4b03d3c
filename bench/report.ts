import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { probe } from '../src/app/probes/probe.js'
import { isMet, type Row } from './bench.js'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly gl: string
  readonly node: string
  readonly platform: string
  /** Processes that wanted to run in the minute before: above 0 others were at work too. */
  readonly load: number
}

export interface Result {
  readonly name: string
  readonly about: string
  readonly seconds: number
  readonly rows: readonly Row[]
  /** Why there are no rows. */
  readonly failure?: string
}

export const describeMachine = async (): Promise<Machine> => {
  const load = loadavg()[0] ?? 0
  const gl = await probe('gl')
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), memoryGb: Math.round(totalmem() / 1e9), gl: gl.report?.renderer ?? `none (${gl.reason})`,
    node: process.versions.node, platform: `${process.platform} ${process.arch}`, load: Math.round(load * 10) / 10,
  }
}

/** Three figures that count: 0.917, 12.3, 340. */
const figure = (value: number | null): string =>
  value === null ? '-' : Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3)

const verdict = (row: Row): string => {
  const met = isMet(row)
  return met === undefined ? '' : met ? 'met' : 'MISSED'
}

const cells = (row: Row): readonly string[] => [
  row.metric, `${figure(row.value)} ${row.unit}`.trim(), row.target ? `${row.target.op} ${row.target.value}` : '', [verdict(row), row.note ?? ''].filter(Boolean).join(' '),
]

/** The results as text, one line per number. */
export const formatResults = (machine: Machine, results: readonly Result[]): string => {
  const all = results.flatMap(({ rows }) => rows.map(cells))
  const width = (column: number) => Math.max(0, ...all.map((row) => row[column]?.length ?? 0))
  const widths = [width(0), width(1), width(2)]
  const line = (row: readonly string[]) => `  ${(row[0] ?? '').padEnd(widths[0] ?? 0)}  ${(row[1] ?? '').padStart(widths[1] ?? 0)}  ${(row[2] ?? '').padEnd(widths[2] ?? 0)}  ${row[3] ?? ''}`.trimEnd()
  const blocks = results.map(({ name, about, rows, failure }) => [`${name}: ${about}`, ...(failure === undefined ? rows.map((row) => line(cells(row))) : [`  FAILED: ${failure}`])].join('\n'))
  return [...blocks, `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.gl}; Node ${machine.node}, ${machine.platform}; load ${machine.load} before`, conclusion(results)].join('\n\n')
}

/** One sentence: how many promises hold. */
export const conclusion = (results: readonly Result[]): string => {
  const rows = results.flatMap(({ name, rows: of }) => of.map((row) => ({ name, row, met: isMet(row) })))
  const missed = rows.filter(({ met }) => met === false)
  const unmeasured = rows.filter(({ row }) => row.target && row.value === null)
  const failed = results.filter(({ failure }) => failure !== undefined)
  const list = (title: string, names: readonly string[]) => (names.length > 0 ? `; ${title}: ${names.join(', ')}` : '')
  const judged = rows.filter(({ met }) => met !== undefined).length
  return `${judged - missed.length} of ${judged} targets met${list('missed', missed.map(({ name, row }) => `${name} (${row.metric})`))}${list('not measured', unmeasured.map(({ name, row }) => `${name} (${row.metric})`))}${list('failed', failed.map(({ name }) => name))}`
}

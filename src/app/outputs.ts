import { existsSync, lstatSync, realpathSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DoppelError, messageOf } from '../engine/error.js'
import type { Faults } from '../engine/guard.js'
import type { Fit, Output } from '../engine/types.js'
import { openRecord } from '../outputs/record.js'
import type { Ui } from '../ui/app.js'
import type { OutputWindow, WindowClick, WindowKey } from '../ui/output-window.js'
import { windowOut, type OutPlan } from './options.js'

/** Where a show goes, by whose wish, and what there is to say of that. */
export interface ChosenOuts {
  readonly outs: readonly OutPlan[]
  /** The set names them: one that cannot be opened is told, and the show goes on with the others. */
  readonly ofSet: boolean
  readonly says: string | undefined
}

const label = (out: OutPlan): string => (out.kind === 'file' ? basename(out.path) : out.kind === 'ndi' ? `NDI ${out.name}` : out.kind)

/** Flags win over what the set names; without either it is a window, or nothing when headless. */
export const chooseOuts = (ofSet: readonly OutPlan[], asked: readonly OutPlan[], headless: boolean): ChosenOuts => {
  const otherwise: OutPlan = headless ? { kind: 'none' } : windowOut()
  if (asked.length > 0) {
    return { outs: asked, ofSet: false, says: ofSet.length > 0 ? `--out says where it goes: what the set names (${ofSet.map(label).join(', ')}) stays closed` : undefined }
  }
  const outs = headless ? ofSet.filter(({ kind }) => kind !== 'window') : ofSet
  const says = outs.length < ofSet.length ? '--headless: the windows that the set names stay closed' : undefined
  // What only goes where nothing can go yet is shown all the same.
  return { outs: outs.every(({ kind }) => kind === 'ndi') ? [...outs, otherwise] : outs, ofSet: ofSet.length > 0, says }
}

export interface OutputsOptions extends ChosenOuts {
  readonly size: readonly [number, number]
  readonly fps: number
  /** Replaces files that exist; without it that is an error. */
  readonly overwrite: boolean
  readonly title: string
  /** The window system; undefined without windows, or where it could not be opened, which was told then. */
  readonly ui: Ui | undefined
  readonly faults: Faults
  /** A key, and the window it was pressed in. */
  onKey(key: WindowKey, window: OutputWindow): void
  onClick(click: WindowClick, fit: Fit): void
  /** The last window was closed. */
  onClosed(): void
}

export interface OpenOutputs {
  readonly all: readonly Output[]
  /** Those recorded to. */
  readonly files: readonly string[]
}

const COUNTED = /%0?(\d*)d/

/** `take-%02d.mp4` is the first of `take-01.mp4`, `take-02.mp4` ... that is not there yet. */
const freePath = (path: string): string => {
  const pattern = basename(path)
  if (!COUNTED.test(pattern)) return path
  for (let take = 1; ; take++) {
    const numbered = join(dirname(path), pattern.replace(COUNTED, (_, digits: string) => String(take).padStart(Number(digits), '0')))
    if (!lstatSync(numbered, { throwIfNoEntry: false })) return numbered
  }
}

/** Two names of one file are told apart by where they lead. */
const real = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** Something that should work and may not: of a set it is told and done without, else it ends here. */
export const attempt = async <T>(unit: string, { ofSet, faults }: Pick<OutputsOptions, 'ofSet' | 'faults'>, open: () => Promise<T> | T): Promise<T | undefined> => {
  try {
    return await open()
  } catch (thrown) {
    if (!ofSet) throw thrown
    faults.report({ unit, message: `${messageOf(thrown)}; the show goes on without it`, hint: thrown instanceof DoppelError ? thrown.hint : '' })
    return undefined
  }
}

const openWindow = async (ui: Ui, id: string, out: Extract<OutPlan, { kind: 'window' }>, { title, size: [width, height], faults, onKey, onClick }: OutputsOptions, onClose: () => void): Promise<Output> => {
  const [{ openOutputWindow }, { isThere, placeWindow }] = await Promise.all([import('../ui/output-window.js'), import('../ui/place.js')])
  const { display, fullscreen, fit } = out
  const displays = ui.displays()
  if (!isThere(displays, display)) {
    faults.report({ unit: id, message: `there is no display "${display ?? ''}": the window opens on ${placeWindow(displays, display)?.name ?? 'none'}`, hint: 'plug it in and the picture goes there; npx doppel devices lists the displays' })
  }
  const window: OutputWindow = openOutputWindow(ui, { id, title, width, height, fit, fullscreen, ...(display !== undefined && { display }), onKey: (key) => { onKey(key, window) }, onClick: (click) => { onClick(click, fit) }, onClose })
  return window
}

/**
 * Opens outputs in their order. Those a set names and that cannot be opened become faults; rejects with a
 * {@link DoppelError} when none of them can, or when one asked for by hand cannot. Whatever it rejects with, nothing stays open.
 */
export const openOutputs = async (options: OutputsOptions): Promise<OpenOutputs> => {
  const { outs, size: [width, height], fps, overwrite, ui, ofSet, onClosed } = options
  const all: Output[] = []
  const files: string[] = []
  const made: string[] = []
  const recordTo = async (id: string, asked: string): Promise<Output> => {
    const path = freePath(asked)
    if (files.some((file) => real(file) === real(path))) throw new DoppelError(`two outputs record to ${path}`, 'give each a name of its own')
    const there = existsSync(path)
    // A name that was free is not to be replaced, should somebody else have taken it meanwhile.
    const record = await openRecord(path, { id, width, height, fps, realtime: true, overwrite: overwrite && path === asked })
    files.push(path)
    if (!there) made.push(path)
    return record
  }
  const windowsLeft = () => all.some((output) => output.kind === 'window' && output.open)
  const openOne = async (id: string, out: OutPlan): Promise<Output | undefined> => {
    if (out.kind === 'file') return recordTo(id, out.path)
    if (out.kind === 'ndi') throw new DoppelError(`NDI is not built yet, so "${out.name}" is not sent`, 'show it in a window on another display, or capture the window')
    return out.kind === 'window' && ui ? openWindow(ui, id, out, options, () => { if (!windowsLeft()) onClosed() }) : undefined
  }
  try {
    for (const [i, out] of outs.entries()) {
      const id = `output-${i + 1}`
      const output = await attempt(id, options, () => openOne(id, out))
      if (output) all.push(output)
    }
    if (ofSet && all.length === 0 && !outs.some(({ kind }) => kind === 'none')) throw new DoppelError('none of the outputs that the set names could be opened', 'mend them in the set file, or say where it goes: --out window')
  } catch (thrown) {
    await Promise.all(all.map((output) => output.close()))
    // Nothing was recorded to them, and their names are wanted at the next try.
    for (const path of made) rmSync(path, { force: true })
    throw thrown
  }
  return { all, files }
}

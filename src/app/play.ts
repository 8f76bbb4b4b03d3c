import { distinctUntilChanged, filter, type Observable } from 'rxjs'
import { createClock } from '../engine/clock.js'
import { createFaults, type Faults } from '../engine/guard.js'
import { createMaskLook } from '../engine/look.js'
import { messageOf } from '../engine/error.js'
import type { Output, Status, Tick } from '../engine/types.js'
import { openGpu } from '../gl/context.js'
import { ensureDisplay } from '../native/display.js'
import type { Ui } from '../ui/app.js'
import { canvasSize, decodeStats, firstPictures, openSources } from './open.js'
import type { Hw, OutPlan } from './options.js'
import type { MaskingPlan } from './masking-plan.js'
import { openDesk, openMusic, type Desk } from './desk.js'
import { deskOptions, type DeskFlags } from './desk-flags.js'
import { openShaders } from './isf.js'
import { openMasks } from './open-masks.js'
import { canvasPoint } from './pick.js'
import { planShow, type ShowPlan } from './plan.js'
import { attempt, chooseOuts, openOutputs } from './outputs.js'
import { openShow, type Show } from './show.js'
import { checkStats, createRunStats, statsLine, writeStats } from './stats.js'
import { createStop, type Stop } from './stop.js'
import { KEY_HELP, pressKey } from './window-keys.js'

export interface PlayOptions {
  readonly target: string
  readonly effects: readonly string[]
  /** Clip or pictures beside the clip that are white where the subject is. */
  readonly mask?: string | undefined
  /** Labels in the mask; one soft subject unless told. */
  readonly subjects?: number | undefined
  /** How masks are made live. */
  readonly masking?: MaskingPlan | undefined
  /** Empty means what the set names; else a window, or nothing when headless. */
  readonly outs: readonly OutPlan[]
  readonly size: readonly [number, number] | undefined
  readonly fps: number | undefined
  readonly hw: Hw
  readonly headless: boolean
  readonly forSeconds: number | undefined
  readonly overwrite: boolean
  readonly stats: string | undefined
  readonly desk: DeskFlags
}

const DEFAULT_FPS = 60

/** What a performer reads while the show runs goes to standard error: one line per fault, with what to do about it. */
const printFaults = (faults: Faults) =>
  faults.fault$.subscribe(({ unit, message, hint, count }) => {
    process.stderr.write(`! ${unit}: ${message}${count > 1 ? ` (${count} times)` : ''}${hint ? `\n  ${hint}` : ''}\n`)
  })

/** What each unit says of itself (decode device, encoder, display), once per change. */
const printStatus = (units: Iterable<{ readonly status$: Observable<Status> }>) => {
  for (const { status$ } of units) {
    status$
      .pipe(filter(({ detail }) => detail !== ''), distinctUntilChanged((a, b) => a.state === b.state && a.detail === b.detail))
      .subscribe(({ unit, state, detail }) => { process.stderr.write(`${unit}: ${state === 'running' ? '' : `${state}, `}${detail}\n`) })
  }
}

/** Plays live until stopped, `forSeconds` passed, or the window was closed. Resolves with why it ended. */
export const play = async (options: PlayOptions): Promise<string> => {
  const plan = planShow(options.target, options.effects, options.mask, options.subjects, options.masking)
  if (options.stats) checkStats(options.stats)
  const desk = deskOptions(options.desk, plan)
  const chosen = chooseOuts(plan.outputs, options.outs, options.headless)
  const windows = chosen.outs.some(({ kind }) => kind === 'window')
  if (chosen.says !== undefined) process.stderr.write(`${chosen.says}\n`)
  const faults = createFaults()
  printFaults(faults)
  // A stray rejection or exception in a library must not end the show: it becomes a fault like any other.
  const stray = (thrown: unknown) => faults.report({ unit: 'show', message: messageOf(thrown), hint: '' })
  const closing: (() => Promise<void> | void)[] = []
  const stop = createStop()
  closing.push(() => stop.close())
  try {
    // A private display ends with the process: the graphics driver stays connected until then, and dies when its server goes first.
    const display = await ensureDisplay({ headless: options.headless })
    if (display.kind === 'private' && windows) process.stderr.write('no display here: the window opens on a private virtual screen\n')
    const fps = options.fps ?? plan.fps ?? DEFAULT_FPS
    const sources = await openSources(plan, { hw: options.hw, leadSeconds: 1 / fps, size: options.size, report: faults.report })
    closing.push(() => sources.close())
    const size = canvasSize(plan, sources, options.size)

    const ui = windows ? await attempt('windows', { ...chosen, faults }, () => openUiOf(closing)) : undefined
    const gpu = openGpu()
    closing.push(() => gpu.close())
    // Keys may be pressed from the moment a window is open, before there is a show to play.
    const live: { show?: Show; desk?: Desk } = {}
    const { all: outputs, files } = await openOutputs({
      ...chosen, size, fps, ui, faults, overwrite: options.overwrite, title: `Doppel - ${plan.name}   ${KEY_HELP}`,
      onKey({ name }, window) {
        const { show, desk } = live
        if (show && desk) pressKey(name, { show, desk, plan, window, quit: () => stop.stop('quit'), say: (line) => process.stderr.write(`\n${line}\n`) })
      },
      // Left on the thing, right beside it.
      onClick({ x, y, width, height, button }, fit) {
        const at = canvasPoint(x, y, [width, height], size, fit)
        if (at && button !== 'middle') live.show?.aiming.click(at[0], at[1], button === 'left')
      },
      onClosed: () => stop.stop('window closed'),
    })
    printStatus([...sources.all.values(), ...outputs])
    for (const output of outputs) output.fault$.subscribe((fault) => faults.report(fault))
    const library = openShaders(plan, { watch: true, report: faults.report })
    closing.push(() => library.close())
    await firstPictures(sources)
    const masks = await openMasks(ui ? toBeClicked(plan) : plan.masking, sources.all, { gpu, shaderText: library.text, faults, live: true })
    closing.push(() => masks.close())
    printStatus(masks.maskers)
    const music = await openMusic(plan, desk, faults)
    closing.push(() => music.close())
    const show = openShow({ plan, gpu, beat: music.show, audio: music.audio.view.bands, sound: music.audio.view, wall: Date.now, size, fps, sources: sources.all, need: sources.need, masks: masks.all, outputs, shaders: library, faults })
    live.show = show
    process.stderr.write(`${show.memory}\n`)
    const played = live.desk = await openDesk(plan, show, music, desk, faults)
    closing.push(() => played.close())
    printStatus(played.surfaces)
    process.on('uncaughtException', stray)
    process.on('unhandledRejection', stray)
    for (const file of files) process.stderr.write(`recording to ${file}\n`)
    const stats = await run(show, { fps, options, outputs, stop, faults, pump: () => ui?.pump(), play: (tick) => {
      music.advance(tick)
      played.tick(tick)
    } })
    await show.flush()
    await Promise.all(outputs.map((output) => output.close()))
    show.close()
    const dropped = outputs.reduce((sum, output) => sum + (output.kind === 'pixels' ? output.dropped : 0), 0)
    if (options.stats) writeStats(options.stats, stats.summary(show.stages, decodeStats(sources), dropped))
    return await stop.reason
  } finally {
    process.off('uncaughtException', stray)
    process.off('unhandledRejection', stray)
    for (const close of closing.reverse()) await close()
  }
}

const openUiOf = async (closing: (() => Promise<void> | void)[]): Promise<Ui> => {
  const { openUi } = await import('../ui/app.js')
  const ui = openUi()
  closing.push(() => ui.close())
  return ui
}

/** Masks to be made as the plan says; and where a clip comes without any, of what will be clicked on in its window. */
const toBeClicked = (plan: ShowPlan): ReadonlyMap<string, MaskingPlan> => {
  const [source] = plan.sources
  if (plan.sources.length !== 1 || source?.kind !== 'clip' || source.mask !== undefined || plan.masking.size > 0) return plan.masking
  return new Map([[source.id, { segmenter: 'doppel', seeds: [], firstMask: undefined, provider: 'auto' as const, look: createMaskLook() }]])
}

interface Run {
  readonly fps: number
  readonly options: PlayOptions
  readonly outputs: readonly Output[]
  readonly stop: Stop
  readonly faults: Faults
  pump(): void
  /** What was done by hand. */
  play(tick: Tick): void
}

/** The live loop: window events, then the tick, until it is stopped. */
const run = (show: Show, { fps, options, outputs, stop, faults, pump, play }: Run) => {
  const stats = createRunStats()
  const last = options.forSeconds === undefined ? Infinity : Math.round(options.forSeconds * fps)
  let [second, ticks, skipped] = [performance.now(), 0, 0]
  const perSecond = () => {
    const dropped = outputs.reduce((sum, output) => sum + (output.kind === 'pixels' ? output.dropped : 0), 0)
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${statsLine(ticks, skipped, dropped, show.stages.tickMs, show.maskAge)}`)
    ;[second, ticks, skipped] = [performance.now(), 0, 0]
  }
  return new Promise<typeof stats>((resolve) => {
    const clock = createClock(fps).subscribe((tick) => {
      faults.guard('window', undefined, pump)
      faults.guard('control', undefined, () => { play(tick) })
      show.tick(tick)
      stats.tick(tick.skipped, show.maskAge)
      ticks += 1
      skipped += tick.skipped
      if (performance.now() - second >= 1000) perSecond()
      if (tick.n + 1 >= last) stop.stop('time is up')
      if (stop.stopped) {
        clock.unsubscribe()
        resolve(stats)
      }
    })
  })
}

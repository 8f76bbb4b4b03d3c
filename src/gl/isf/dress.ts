import type { EffectInstance, Moment } from '../../engine/effect.js'
import type { IsfInput, IsfProgram, IsfRange } from '../../engine/isf.js'
import type { ParamValue } from '../../engine/params.js'
import type { Program, UniformValue } from '../program.js'

/** What an ISF shader's inputs are now. */
export interface IsfInputs {
  /** Once a tick, before anything is set or asked for. */
  take(moment: Moment): void
  /** In a tick in which nothing is drawn: a button pressed now is not pressed later. */
  miss(): void
  /** Sets inputs, and what every shader knows of the moment, under the names they have in the shader. */
  dress(program: Program): void
  /** An input that is a number. */
  number(name: string): number
  between(name: string): IsfRange
  /** Time and frames are counted from the next tick on. */
  restart(): void
}

const BEATS_PER_BAR = 4
const fraction = (x: number) => x - Math.floor(x)
const BEATS: Readonly<Record<string, (moment: Moment) => number>> = {
  beatPhase: ({ beat }) => fraction(beat),
  barPhase: ({ beat, beatsPerBar = BEATS_PER_BAR }) => fraction(beat / beatsPerBar),
  bpm: ({ bpm }) => bpm,
}

interface Reader {
  readonly value: (moment: Moment) => UniformValue
  readonly miss?: () => void
}

/** What is set under an input's name; made once, so that a tick allocates nothing. */
const reader = ({ name, type, param, values, min, max }: IsfInput, instance: EffectInstance): Reader | undefined => {
  if (param === undefined) return type === 'float' ? { value: BEATS[name] ?? (() => 0) } : undefined
  const decl = instance.decl.params[param]
  const now = (): ParamValue | undefined => instance.values[param]
  if (type === 'event') {
    // A button that was pressed between two ticks is down for the whole of the next, however often that is drawn.
    let seen = Number(now() ?? 0)
    let down: number | undefined
    const fired = () => Number(now() ?? 0)
    return {
      value({ frame }) {
        if (fired() !== seen) down = frame
        seen = fired()
        return down === frame
      },
      miss() { seen = fired() },
    }
  }
  if (decl?.type === 'choice') return { value: () => values?.[decl.choices.indexOf(String(now()))] ?? values?.[0] ?? 0 }
  if (type === 'point2D') {
    const place = new Float32Array(2)
    return {
      value() {
        const at = now()
        for (let i = 0; i < 2; i++) place[i] = (min?.[i] ?? 0) + (Array.isArray(at) ? Number(at[i]) : 0) * ((max?.[i] ?? 1) - (min?.[i] ?? 0))
        return place
      },
    }
  }
  return { value: () => (now() ?? 0) as UniformValue }
}

/**
 * Year, month and day from 1, and seconds of the day, into `date`. Offline there is no time of day: the show begins at midnight of 1 January 1970,
 * so that it is rendered the same every time.
 */
const dateOf = (wall: number | undefined, seconds: number, date: Float32Array): void => {
  const day = new Date(wall ?? seconds * 1000)
  const local = wall !== undefined
  date[0] = local ? day.getFullYear() : day.getUTCFullYear()
  date[1] = (local ? day.getMonth() : day.getUTCMonth()) + 1
  date[2] = local ? day.getDate() : day.getUTCDate()
  date[3] = local ? day.getHours() * 3600 + day.getMinutes() * 60 + day.getSeconds() + day.getMilliseconds() / 1000 : seconds % 86_400
}

/** Reads the inputs of one instance. `nameOf` gives the name an input has in the translated shader. */
export const createIsfInputs = ({ inputs, ranges }: IsfProgram, instance: EffectInstance, nameOf: (name: string) => string): IsfInputs => {
  const read = inputs.flatMap((input): (Reader & { readonly name: string; readonly uniform: string; now: UniformValue })[] => {
    const made = reader(input, instance)
    return made ? [{ name: input.name, uniform: nameOf(input.name), ...made, now: 0 }] : []
  })
  const byName = new Map(read.map((one) => [one.name, one]))
  const date = new Float32Array(4)
  let began: { time: number; frame: number } | undefined
  let [time, timeDelta, frame, seconds] = [0, 0, 0, 0]
  let wall: number | undefined
  return {
    take(moment) {
      for (const one of read) one.now = one.value(moment)
      began ??= { time: moment.time, frame: moment.frame }
      time = moment.time - began.time
      timeDelta = moment.dt
      frame = moment.frame - began.frame
      wall = moment.wall
      seconds = moment.time
    },
    miss() { for (const { miss } of read) miss?.() },
    dress(program) {
      for (const { uniform, now } of read) program.set(uniform, now)
      program.set('TIME', time)
      program.set('TIMEDELTA', timeDelta)
      program.set('FRAMEINDEX', frame)
      if (!program.has('DATE')) return
      dateOf(wall, seconds, date)
      program.set('DATE', date)
    },
    number: (name) => Number(byName.get(name)?.now ?? 0),
    between: (name) => ranges.get(name) ?? [0, 1],
    restart() { began = undefined },
  }
}

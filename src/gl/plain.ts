import type { AtLeast, Constant, EffectDecl, EffectInstance } from '../engine/effect.js'
import type { ParamDecl } from '../engine/params.js'

/** Values of parameters that are constants of a program, and others that it is drawn with from some value on. */
export type Plain = Readonly<Record<string, Constant | AtLeast>>

/** A parameter's value as its uniform has it, written in GLSL. Of the kinds that `defineEffect` lets be plain. */
export const literalOf = (decl: ParamDecl, value: Constant): string => {
  if (decl.type === 'choice') return String(Math.max(0, decl.choices.indexOf(value as string)))
  const text = String(value)
  return (decl.type === 'float' || decl.type === 'beats') && /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** Everything a declaration calls plain: one for each value of its lists, and none when it calls nothing so. */
export const plainsOf = ({ plain }: EffectDecl): readonly Plain[] => {
  if (plain === undefined) return []
  let made: readonly Plain[] = [{}]
  for (const [name, value] of Object.entries(plain)) made = made.flatMap((one) => [value].flat().map((each) => ({ ...one, [name]: each })))
  return made
}

/** Looks which of {@link plainsOf} an effect is played with; -1 when with none. */
export const plainWatch = ({ decl, values }: EffectInstance): (() => number) => {
  const plains = plainsOf(decl).map((plain) => Object.entries(plain))
  return () => {
    for (let i = 0; i < plains.length; i++) {
      let same = true
      for (const [name, value] of plains[i] ?? []) if (typeof value === 'object' ? !(Number(values[name]) >= value.from) : values[name] !== value) same = false
      if (same) return i
    }
    return -1
  }
}

/** One program for several effects has so many plain ones at most. */
const MOST_TOGETHER = 4

/** What several effects in one program are plain with, together: for each combination, what each of them is; undefined for one that calls nothing plain. */
export const plainsTogether = (decls: readonly EffectDecl[]): readonly (readonly (Plain | undefined)[])[] => {
  if (!decls.some(({ plain }) => plain)) return []
  let made: readonly (readonly (Plain | undefined)[])[] = [[]]
  for (const decl of decls) {
    const plains = decl.plain ? plainsOf(decl) : [undefined]
    made = made.flatMap((row) => plains.map((plain) => [...row, plain]))
  }
  return made.slice(0, MOST_TOGETHER)
}

/** Looks which of {@link plainsTogether} effects are played with, -1 when with none; and how many of those that call something plain are so. */
export const plainTogetherWatch = (instances: readonly EffectInstance[]): { readonly which: () => number; readonly howMany: () => number } => {
  const watches = instances.map((instance) => ({ watch: plainWatch(instance), count: plainsOf(instance.decl).length })).filter(({ count }) => count > 0)
  const known = plainsTogether(instances.map(({ decl }) => decl)).length
  return {
    which() {
      let at = 0
      for (const { watch, count } of watches) {
        const one = watch()
        if (one < 0) return -1
        at = at * count + one
      }
      return at < known ? at : -1
    },
    howMany() {
      let count = 0
      for (const { watch } of watches) if (watch() >= 0) count += 1
      return count
    },
  }
}

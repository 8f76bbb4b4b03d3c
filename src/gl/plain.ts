import type { EffectInstance } from '../engine/effect.js'
import type { ParamDecl, ParamValue } from '../engine/params.js'

/** A parameter's value as its uniform has it, written in GLSL. Of the kinds that `defineEffect` lets be plain. */
export const literalOf = (decl: ParamDecl, value: ParamValue): string => {
  if (decl.type === 'choice') return String(Math.max(0, decl.choices.indexOf(value as string)))
  const text = String(value)
  return (decl.type === 'float' || decl.type === 'beats') && /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** Looks whether an effect is played with all that its declaration calls plain just so; always, where it calls nothing so. */
export const plainWatch = ({ decl, values }: EffectInstance): (() => boolean) => {
  const wanted = Object.entries(decl.plain ?? {})
  return () => {
    for (const [name, value] of wanted) if (values[name] !== value) return false
    return true
  }
}

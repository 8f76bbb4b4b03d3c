import { READS, type EffectDecl, type EffectInstance, type Moment } from '../engine/effect.js'
import { createDress, isOn, isWhole, type Surroundings } from './dress.js'
import { checkErrors } from './errors.js'
import { createForgetting } from './forgetting.js'
import { authored, HEAD, MOMENT_GLSL, paramsGlsl, readsGlsl, sound, uniforms } from './host-source.js'
import { createOwned, type Owned } from './owned.js'
import { plainsTogether, plainTogetherWatch, type Plain } from './plain.js'
import { createProgram } from './program.js'
import { BYTES, BYTES_GLSL, quantiseGlsl } from './quantise.js'
import { ownNames, renameApart } from './rename.js'
import { boundedText } from './shader-bounds.js'
import { fusedPrefix } from './shader-error.js'
import type { Compiled, Stage } from './stage.js'
import type { Gpu, ShaderText, Target } from './types.js'

/** More in one shader take drivers long to compile and gain little. */
export const MOST = 8

/** Whether an effect is made from its own pixel alone, and keeps nothing. */
export const isLocal = ({ decl: { local, reads } }: EffectInstance): boolean => local === true && !reads.includes('previous')

/** Puts neighbouring effects that read their own pixel only together; all others stay alone. */
export const groupLocals = (instances: readonly EffectInstance[]): (readonly EffectInstance[])[] => {
  const groups: EffectInstance[][] = []
  for (const instance of instances) {
    const last = groups.at(-1)
    if (isLocal(instance) && last?.every(isLocal) && last.length < MOST) last.push(instance)
    else groups.push([instance])
  }
  return groups
}

const step = ({ local }: EffectDecl, i: number, count: number, quantise: string, whole: boolean): string => {
  const prefix = fusedPrefix(i)
  const wet = sound(`${prefix}effect(${local ? 'hostHere, ' : ''}hostUv)`)
  const between = i < count - 1 ? quantise : ''
  if (whole) return `  {\n    hostHere = ${wet};\n${between}  }\n`
  return `  if (hostMix${prefix} > 0.0) {
    vec4 hostWet = ${wet};
    float hostAmount = hostMix${prefix};
    if (hostMaskMode${prefix} != 0) {
      float hostInside = texture(mask, hostUv).r;
      hostAmount *= hostMaskMode${prefix} == 1 ? hostInside : 1.0 - hostInside;
    }
    hostHere = hostAmount < 1.0 ? mix(hostHere, hostWet, hostAmount) : hostWet;
${between}  }
`
}

/** One author's part: the names it declares itself, and its parameters', are made its own. */
const part = (decl: EffectDecl, body: string, i: number, plain: Plain | undefined): string => {
  const prefix = fusedPrefix(i)
  const names = new Set([...ownNames(body), ...Object.keys(decl.params), 'plain'])
  return [
    paramsGlsl(decl, prefix, plain),
    uniforms([['float', `hostMix${prefix}`], ['int', `hostMaskMode${prefix}`]]),
    // An author's own `precision` is not the next one's.
    'precision highp float;\nprecision highp int;\n',
    authored(renameApart(body, names, prefix), i),
  ].join('')
}

/**
 * The whole fragment shader of local effects one after another, each with its own mixing and mask mode; when they are played whole, the first
 * may read elsewhere. Before the bodies there is `source` for that one only: a local effect has its pixel, and nothing else of the picture. `quantise` stands
 * between two effects, so that the picture there is what a texture would have kept of it. `whole` makes the shader for when all of them are
 * on, at mix 1 everywhere: a CPU looks at the mask and mixes for every pixel, whatever the branch around it says. With `plain`,
 * those values of each are constants.
 */
export const fusedSource = (decls: readonly EffectDecl[], bodies: readonly string[], quantise: string, whole = false, plain: readonly (Plain | undefined)[] = []): string => {
  const reads = new Set(READS.filter((read) => decls.some((decl) => decl.reads.includes(read))))
  const elsewhere = decls[0]?.local !== true
  return [
    HEAD,
    'in vec2 hostUv;\n',
    MOMENT_GLSL,
    elsewhere ? 'uniform sampler2D source;\n' : '',
    reads.has('mask') ? '' : 'uniform sampler2D mask;\n',
    readsGlsl(reads),
    ...decls.map((decl, i) => part(decl, bodies[i] ?? '', i, plain[i])),
    decls.length > 1 ? BYTES_GLSL : '',
    'uniform sampler2D hostSource;\nout vec4 hostColour;\nvoid main() {\n  vec4 hostHere',
    elsewhere ? ';\n' : ' = texelFetch(hostSource, ivec2(gl_FragCoord.xy), 0);\n',
    ...decls.map((decl, i) => step(decl, i, decls.length, quantise, whole)),
    '  hostColour = hostHere;\n}\n',
  ].join('')
}

/** Compiles what {@link fusedSource} makes of the effects. Whoever draws gives it the picture as `source` and as `hostSource`. */
export const compileFused = (gpu: Gpu, instances: readonly EffectInstance[], shaderText: ShaderText, around: Surroundings, keep: Owned['keep']) => {
  const decls = instances.map(({ decl }) => decl)
  const bodies = decls.map((decl) => boundedText(shaderText, decl))
  const quantise = decls.length > 1 ? quantiseGlsl(gpu) : ''
  return (whole: boolean, plain: readonly (Plain | undefined)[] = []): Compiled => {
    const program = keep(createProgram(gpu, { fragment: fusedSource(decls, bodies, quantise, whole, plain), file: decls.map(({ shader }) => shader), once: true }))
    program.use()
    program.set('hostBytes', BYTES)
    return { program, dress: createDress(program, instances.map((instance, i) => ({ instance, prefix: fusedPrefix(i) })), around) }
  }
}

/** Compiles neighbouring local effects, or one alone, into one program, and into one for when all are played whole, and plainly; those that are off are jumped over as it is drawn. */
export const createFused = (gpu: Gpu, instances: readonly EffectInstance[], shaderText: ShaderText, around: Surroundings): Stage => {
  const decls = instances.map(({ decl }) => decl)
  const compile = () => {
    const { keep, all, close } = createOwned()
    return {
      ...all(() => {
        const compileOne = compileFused(gpu, instances, shaderText, around, keep)
        return { mixed: compileOne(false), whole: compileOne(true), plain: plainsTogether(decls).map((plain) => compileOne(true, plain)) }
      }),
      close,
    }
  }
  let compiled = compile()
  const forgettings = instances.map((instance) => createForgetting(instance, undefined))
  const { which } = plainTogetherWatch(instances)
  const drawWith = ({ program, dress }: Compiled, from: Target, mask: WebGLTexture, to: Target, moment: Moment) => {
    dress(mask, moment, 0)
    program.texture('hostSource', from.texture)
    program.draw(to)
    checkErrors(gpu, `draw the effect ${decls.map(({ id }) => id).join(' + ')}`)
    return to
  }
  return {
    instances,
    get on() { return instances.some(isOn) },
    draw: (from, mask, to, moment) => drawWith(!instances.every(isWhole) ? compiled.mixed : compiled.plain[which()] ?? compiled.whole, from, mask, to, moment),
    // Local effects remember nothing, so there is nothing to reset but a failure.
    skip() {
      let fired = false
      for (const forgetting of forgettings) fired = forgetting.due() || fired
      return fired
    },
    warm(from, mask, to, moment) {
      for (const each of [...compiled.plain, compiled.whole, compiled.mixed]) drawWith(each, from, mask, to, moment)
    },
    reload() {
      const fresh = compile()
      compiled.close()
      compiled = fresh
    },
    close() { compiled.close() },
  }
}

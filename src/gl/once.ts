/** What a shader declares outside of functions, or a function. */
interface Item {
  readonly text: string
  /** Names it uses, its own among them. */
  readonly words: ReadonlySet<string>
  /** `#line` for a shader that takes it over. */
  readonly line: string
  readonly start: number
  readonly end: number
}

export interface Split {
  readonly fragment: string
  readonly vertex: string
}

const WORD = /[A-Za-z_]\w*/g
/** A function without parameters, or of a copy's `extra` alone, whose result can be handed from corner to pixel. */
const GIVER = /^(float|vec2|vec3|vec4|mat2|mat3|mat4|int)\s+(\w+)\s*\(\s*(?:void|(float extra))?\s*\)\s*\{/
const FUNCTION = /^\w+\s+(\w+)\s*\([^)]*\)\s*\{/
/** What is worth it, looks into arrays and long calculations among it: a result of a few sums comes cheaper again than handed over. */
const DEAR = /\b(?:sin|cos|tan|asin|acos|atan|exp2?|log2?|pow|sqrt|inversesqrt|length|normalize|for)\b|\w\[[^\]]*[a-z]/
const MANY = 12
const isDear = (text: string) => DEAR.test(text) || (text.match(/[-+*/^%]/g)?.length ?? 0) >= MANY
/** Columns of what can be handed over at most; drivers have room for 15, and a copy's own take some. */
const ROOM = 10
const columnsOf = (type: string) => (type.startsWith('mat') ? Number(type[3]) : 1)
/** What pixels differ in, besides `in`s and textures. */
const PER_PIXEL = /^(?:gl_\w+|dFdx|dFdy|fwidth|discard)$/
const OPENING = '([{'
const CLOSING = ')]}'

/** Takes a shader without comments apart; undefined where it has macros or structures of its own, or a bracket too many. */
const itemsOf = (source: string): Item[] | undefined => {
  const items: Item[] = []
  let file = 0
  let line = 1
  let depth = 0
  let start = -1
  let first = line
  for (let at = 0; at < source.length; at++) {
    const sign = source[at] ?? ''
    if (sign === '\n') line += 1
    if (sign.trim() === '') continue
    if (sign === '#' && start < 0) {
      const end = source.indexOf('\n', at)
      const text = source.slice(at, end)
      const told = /^#line (\d+) (\d+)/.exec(text)
      if (told) [line, file] = [Number(told[1]) - 1, Number(told[2])]
      else if (file > 0) return undefined
      at = end - 1
      continue
    }
    if (start < 0) [start, first] = [at, line]
    if (OPENING.includes(sign)) depth += 1
    else if (CLOSING.includes(sign)) depth -= 1
    if (depth < 0) return undefined
    if (depth > 0 || (sign !== ';' && sign !== '}')) continue
    const text = source.slice(start, at + 1)
    if (sign === '}' && !FUNCTION.test(text)) {
      // The braces of an array's numbers: the semicolon is still to come.
      if (/^struct\b/.test(text)) return undefined
      continue
    }
    items.push({ text, words: new Set(text.match(WORD)), line: `#line ${first} ${file}\n`, start, end: at + 1 })
    start = -1
  }
  return depth === 0 ? items : undefined
}

const isShared = (text: string) => /^(?:const|uniform|precision)\b/.test(text)
const isPixels = (text: string) => !isShared(text) || /^uniform (?:highp |mediump |lowp )?\w*sampler/.test(text)

/**
 * Has what is the same for all pixels worked out at the corners: dear functions without parameters that depend, all in all, on
 * uniforms only. Their results are handed over; every line keeps its number. Where the CPU draws, a sine that is asked for at
 * each pixel takes as long as a look at a texture, whatever it is the sine of. `extra` is what the corners of a copy know as its `extra`.
 */
export const onceOnly = (fragment: string, vertex: string, extra?: string): Split => {
  const items = itemsOf(fragment)
  if (!items) return { fragment, vertex }
  const functions = items.filter(({ text }) => FUNCTION.test(text))
  const data = items.filter(({ text }) => !FUNCTION.test(text))
  // Names that a pixel may find something else behind.
  const own = new Set<string>()
  for (const { text, words } of data) if (isPixels(text)) for (const word of words) own.add(word)
  for (const type of ['float', 'int', 'bool', 'vec2', 'vec3', 'vec4', 'mat2', 'mat3', 'mat4', 'uint']) own.delete(type)
  const calls = fragment.match(/\w+\s*\([^()]*\)/g) ?? []
  /** Whether it is never asked about anything but the copy itself. */
  const isOfCopy = (name: string) => extra !== undefined && calls.every((call) => !call.startsWith(`${name}(`) || /\((?:float )?extra\)$/.test(call))
  const shared: Item[] = []
  const dear = new Set<string>()
  const givers: { type: string; name: string; takes: string; item: Item }[] = []
  for (const item of functions) {
    const name = FUNCTION.exec(item.text)?.[1] ?? ''
    // Functions stand before those that call them; of one name there may be several.
    if (own.has(name) || name === 'main' || [...item.words].some((word) => own.has(word) || PER_PIXEL.test(word) || /^texture|^texel/.test(word))) {
      own.add(name)
      continue
    }
    shared.push(item)
    if (isDear(item.text) || [...item.words].some((word) => dear.has(word))) dear.add(name)
    const [, type, giver, takes = ''] = GIVER.exec(item.text) ?? []
    if (type !== undefined && giver !== undefined && dear.has(giver) && (takes === '' || isOfCopy(giver))) givers.push({ type, name: giver, takes, item })
  }
  let room = ROOM
  const used = givers.filter(({ type, name, item }) => functions.some((other) => other !== item && other.words.has(name)) && (room -= columnsOf(type)) >= 0)
  if (used.length === 0) return { fragment, vertex }
  let rest = fragment
  // From the last to the first, so that places stay what they are.
  for (const { type, name, takes, item } of [...used].reverse()) {
    const lines = item.text.replace(/[^\n]/g, '')
    rest = `${rest.slice(0, item.start)}flat in ${type} hostOnce${name}; ${type} ${name}(${takes}) { return hostOnce${name}; }${lines}${rest.slice(item.end)}`
  }
  const known = new Set([...vertex.matchAll(/^uniform \w+ (\w+);/gm)].map(([, name]) => name))
  const declared = data.filter(({ text }) => isShared(text) && !isPixels(text) && !known.has(/(\w+)(?:\[[^\]]*\])?\s*;$/.exec(text)?.[1]))
  const given = used.map(({ type, name }) => `flat out ${type} hostOnce${name};\n`)
  const head = vertex.indexOf('\n') + 1
  const tail = vertex.lastIndexOf('}')
  const macros = fragment.match(/^#define[^\n]*\n/gm) ?? []
  return {
    fragment: rest,
    vertex: [
      vertex.slice(0, head), ...macros, ...declared.map(({ text }) => `${text}\n`), ...given, vertex.slice(head, tail).replace(/void main/, `${shared.map(({ line, text }) => `${line}${text}\n`).join('')}#line 1 0\nvoid main`),
      ...used.map(({ name, takes }) => `  hostOnce${name} = ${name}(${takes === '' ? '' : extra ?? ''});\n`), '}\n',
    ].join(''),
  }
}

/**
 * As much of protobuf's wire format as it takes to change parts of a message (https://protobuf.dev/programming-guides/encoding): fields one
 * after another, each a key (its number and kind) and a value; messages are within each other as pieces of told length.
 */

const VARINT = 0
const EIGHT_BYTES = 1
const PIECE = 2
const FOUR_BYTES = 5

/** Where the number at `at` ends. Numbers have at most ten bytes, of which the last is below 128. */
const endOfNumber = (bytes: Uint8Array, at: number): number => {
  for (let end = at; end < Math.min(at + 10, bytes.length); end++) if ((bytes[end] as number) < 128) return end + 1
  throw new RangeError(`byte ${at} begins a number that does not end`)
}

/** Numbers above 2^53 come out inexact, and are greater than any length that fits. */
const numberAt = (bytes: Uint8Array, at: number, end: number): number => {
  let value = 0
  for (let i = end - 1; i >= at; i--) value = value * 128 + ((bytes[i] as number) & 127)
  return value
}

const numberBytes = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...numberBytes(Math.floor(value / 128))])

/** A field that is a piece: a message within, or a text. */
export const piece = (field: number, body: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.from([...numberBytes(field * 8 + PIECE), ...numberBytes(body.length)]), body])

/**
 * The message again, with each of its pieces as `change` gives it: the same, another, or undefined to leave it out. Throws a RangeError that
 * says at which byte when the bytes are no message.
 */
export const withPieces = (message: Uint8Array, change: (field: number, body: Uint8Array) => Uint8Array | undefined): Uint8Array => {
  const parts: Uint8Array[] = []
  let at = 0
  while (at < message.length) {
    const afterKey = endOfNumber(message, at)
    const key = numberAt(message, at, afterKey)
    const [field, kind] = [Math.floor(key / 8), key % 8]
    let end: number
    if (kind === PIECE) {
      const begin = endOfNumber(message, afterKey)
      end = begin + numberAt(message, afterKey, begin)
      if (end > message.length) throw new RangeError(`byte ${at} begins a piece that does not end`)
      const body = message.subarray(begin, end)
      const changed = change(field, body)
      if (changed === body) parts.push(message.subarray(at, end))
      else if (changed) parts.push(piece(field, changed))
    } else {
      if (kind === VARINT) end = endOfNumber(message, afterKey)
      else if (kind === EIGHT_BYTES || kind === FOUR_BYTES) end = afterKey + (kind === EIGHT_BYTES ? 8 : 4)
      else throw new RangeError(`byte ${at} is no field`)
      if (end > message.length) throw new RangeError(`byte ${at} begins a number that does not end`)
      parts.push(message.subarray(at, end))
    }
    at = end
  }
  return Buffer.concat(parts)
}

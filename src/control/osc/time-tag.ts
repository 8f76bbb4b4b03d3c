/** Seconds from 1900, where time tags begin, to 1970. */
const EPOCH = 2_208_988_800
const FRACTION = 2 ** 32

/** Milliseconds since 1970 as a time tag: seconds since 1900 in the upper 32 bits, parts of a second in the lower. */
export const tagOf = (ms: number): bigint => {
  const seconds = Math.floor(ms / 1000)
  return (BigInt(seconds + EPOCH) << 32n) + BigInt(Math.floor((ms / 1000 - seconds) * FRACTION))
}

/** Milliseconds since 1970 of a time tag. */
export const msOf = (tag: bigint): number => (Number(tag >> 32n) - EPOCH) * 1000 + (Number(tag & 0xffff_ffffn) * 1000) / FRACTION

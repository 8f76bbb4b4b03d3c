import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'

/** Bytes of a box's header: 32 bit size, four letters, and a 64 bit size where the first one is 1. */
const HEADER = 16

/** Offset behind the last complete fragment of an open MP4 or QuickTime file. */
const wholeLength = (file: number, length: number): number => {
  const header = Buffer.alloc(HEADER)
  let whole = 0
  for (let at = 0; at + 8 <= length; ) {
    readSync(file, header, 0, HEADER, at)
    const short = header.readUInt32BE(0)
    const size = short === 1 ? Number(header.readBigUInt64BE(8)) : short
    if (size < 8 || at + size > length) break
    at += size
    // A fragment is its index (moof) and then its data; the index alone describes what is not there.
    if (header.toString('latin1', 4, 8) !== 'moof') whole = at
  }
  return whole
}

/**
 * Cuts off a fragment that was only partly written when the disk refused. Players cope with a file that ends early, but
 * some refuse one that ends inside a picture.
 */
export const keepWholeBoxes = (path: string): void => {
  const file = openSync(path, 'r+')
  try {
    const { size } = fstatSync(file)
    const whole = wholeLength(file, size)
    if (whole > 0 && whole < size) ftruncateSync(file, whole)
  } finally {
    closeSync(file)
  }
}

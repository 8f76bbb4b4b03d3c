/**
 * How many single-letter edits (insert, delete, replace, swap two neighbours) turn one word into the other:
 * the optimal string alignment distance.
 */
export const editDistance = (a: string, b: string): number => {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)))
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1), swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY)
      rows[i]?.splice(j, 1, cost)
    }
  }
  return at(a.length, b.length)
}

/**
 * The candidate the writer of `word` most likely meant ("did you mean ..."), or undefined when none is close: at most
 * one edit in every three letters, or one name beginning with the other. Upper and lower case, `-`, `_` and spaces do not count.
 */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const plain = (text: string) => text.toLowerCase().replace(/[-_\s]/g, '').slice(0, 64)
  const asked = plain(word)
  let best: string | undefined
  let bestCost = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const name = plain(candidate)
    const edits = editDistance(asked, name)
    const begins = Math.min(asked.length, name.length) >= 3 && (name.startsWith(asked) || asked.startsWith(name))
    const near = begins || edits <= Math.max(1, Math.floor(Math.max(asked.length, name.length) / 3))
    const cost = begins ? Math.min(edits, 1.5) : edits
    if (near && edits < Math.max(asked.length, name.length) && cost < bestCost) [best, bestCost] = [candidate, cost]
  }
  return best
}

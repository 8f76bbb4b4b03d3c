/** Red, green, blue 0..1: a colour for each of eight subjects, wherever they are shown. Told apart by the colour-blind too (after Okabe and Ito, 2008). */
export const SUBJECT_COLOURS: readonly (readonly [number, number, number])[] = [
  [0.9, 0.62, 0], [0.34, 0.71, 0.91], [0, 0.62, 0.45], [0.94, 0.89, 0.26], [0, 0.45, 0.7], [0.84, 0.37, 0], [0.8, 0.47, 0.65], [0.95, 0.95, 0.95],
]

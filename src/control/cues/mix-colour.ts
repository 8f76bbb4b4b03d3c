type Rgba = readonly number[]

const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
const gamma = (c: number) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055)

/** sRGB to Oklab: Björn Ottosson, "A perceptual color space for image processing", 2020. */
const toOklab = ([red = 0, green = 0, blue = 0]: Rgba): [number, number, number] => {
  const [r, g, b] = [linear(red), linear(green), linear(blue)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s]
}
const fromOklab = (L: number, a: number, b: number): [number, number, number] => {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s]
    .map((c) => Math.min(1, Math.max(0, gamma(Math.max(0, c))))) as [number, number, number]
}

/**
 * The colour part of the way from one to another, in Oklab: even to the eye, and not through mud. What is clear has no colour of its
 * own, so that a fade from nothing does not come out of black.
 */
export const mixColour = (from: Rgba, to: Rgba, t: number): number[] => {
  const [fromAlpha, toAlpha] = [from[3] ?? 1, to[3] ?? 1]
  const alpha = fromAlpha + (toAlpha - fromAlpha) * t
  const weight = alpha > 0 ? (toAlpha * t) / alpha : t
  const [a, b] = [toOklab(from), toOklab(to)]
  const between = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * weight
  return [...fromOklab(between(0), between(1), between(2)), alpha]
}

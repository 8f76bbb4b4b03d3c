import { describe, expect, it } from 'vitest'
import { parseSize } from '../../src/isf/sizes.js'

const KNOWN: Readonly<Record<string, number>> = { WIDTH: 1280, HEIGHT: 720, blur: 3, share: 0.25 }
const size = (text: unknown) => parseSize(text, ['blur', 'share']).at((name) => KNOWN[name] ?? Number.NaN)

describe('a size', () => {
  it.each([
    ['$WIDTH', 1280], ['$WIDTH/3.0', 426], ['floor($WIDTH/3.0)', 426], [' $HEIGHT / 2.0 ', 360], ['max(floor($HEIGHT*0.02),1.0)', 14], ['floor($WIDTH*min((0.2),1.0))', 256],
    ['max(8.0,floor($WIDTH*$share))', 320], ['$WIDTH - 2 * ($HEIGHT - 100)', 40], ['-$WIDTH + 2000', 720], ['1e2', 100], ['7 % 4', 3], ['pow(2, 5)', 32], ['clamp($WIDTH, 10, 20)', 20],
    ['$blur*$blur', 9], [256, 256], ['512', 512], ['round(2.5)', 3], ['abs(-7)', 7], ['sqrt(81)', 9],
  ])('%j is %d pixels', (text, pixels) => expect(size(text)).toBe(pixels))

  it.each([['0', 1], ['-5', 1], ['0/0', 1], ['$WIDTH/0', 1e6], ['1e300*1e300', 1e6]])('%j is a whole number from 1 up all the same: %d', (text, pixels) => expect(size(text)).toBe(pixels))

  it.each([
    ['', 'it takes a number of pixels'], [null, 'it takes a number of pixels'], [-3, 'it takes a number of pixels'], ['$WIDHT/2', 'there is no number "$WIDHT": there are $WIDTH, $HEIGHT, $blur, $share'],
    ['$WIDTH/', 'it ends too early'], ['($WIDTH', 'it ends where ")" is missing'], ['$WIDTH 2', '"2" follows where it should have ended'], ['system(1)', 'there is no function "system"'],
    ['constructor(1)', 'there is no function "constructor"'], ['process.exit()', '"process" belongs to no sum'], ['min(1)', 'min takes 2 values and was given 1'], ['$WIDTH; $HEIGHT', '";" follows'],
    ['('.repeat(60) + '1' + ')'.repeat(60), 'brackets lie more than'], ['1+'.repeat(150) + '1', 'an expression has at most 200'],
  ])('%j is refused', (text, why) => expect(() => size(text)).toThrow(why))

  it('knows the most it comes to within the ranges of its inputs', () => {
    const { most, uses } = parseSize('floor($WIDTH*$share) + $blur*(4-$blur)', ['blur', 'share'])
    expect(uses).toEqual(['share', 'blur'])
    expect(most((name) => (name === 'WIDTH' ? [1280, 1280] : name === 'share' ? [0.1, 0.5] : [0, 4]))).toBe(644)
  })
})

import { describe, expect, it } from 'vitest'
import { isThere, placeWindow, type DisplayInfo } from '../../src/ui/place.js'

const laptop: DisplayInfo = { name: 'eDP-1', x: 0, y: 0, width: 1920, height: 1080, scale: 1 }
const projector: DisplayInfo = { name: 'HDMI-1', x: 1920, y: 0, width: 1280, height: 800, scale: 1 }

describe('where a window belongs', () => {
  it.each<[string, DisplayInfo[], string | undefined, DisplayInfo | undefined, boolean]>([
    ['no wish: the first display', [laptop, projector], undefined, laptop, true],
    ['by number', [laptop, projector], '1', projector, true],
    ['by name', [laptop, projector], 'HDMI-1', projector, true],
    ['the wanted one is unplugged: what remains', [laptop], '1', laptop, false],
    ['unplugged, by name', [laptop], 'HDMI-1', laptop, false],
    ['not there, several left: the last, where projectors are', [laptop, projector], 'DP-3', projector, false],
    ['no display at all', [], '0', undefined, false],
  ])('%s', (_what, displays, wanted, on, there) => {
    expect(placeWindow(displays, wanted)).toBe(on)
    expect(isThere(displays, wanted)).toBe(there || (wanted === undefined))
  })
})

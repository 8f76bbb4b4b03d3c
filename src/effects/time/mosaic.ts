import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, float, int } from '../../engine/params.js'
import { fract, luck, secondsOf, smooth, valueOf } from '../clones/arranging.js'
import { defineEffect } from '../define.js'

const MOST = 2048
/** Tells the shader that a piece hides the live subject. */
const GONE = -1
/** Crops of the past the tiles are laid over, for the subject may have been larger then. */
const LOOKS = 4
/** Moments are at least so many beats ago. */
const NEAREST = 1 / 8
/** As the show begins, it takes so long until it is known where the subject is. */
const UNKNOWN_SECONDS = 0.1

const crop = new Float32Array(4)
const now = new Float32Array(2)
const then = new Float32Array(2)
const region = new Float32Array(4)

/** Where tiles are needed, in square-pixel units: wherever the moments they show have anything to show. */
const cover = (play: ClonePlay, follow: number, reachSeconds: number): void => {
  for (let k = 0; k < LOOKS; k++) {
    const ago = (reachSeconds * k) / (LOOKS - 1)
    play.cropAt(ago, crop)
    play.pathAt(ago, then)
    for (let i = 0; i < 4; i++) {
      const edge = (crop[i] ?? 0) + follow * ((now[i % 2] ?? 0) - (then[i % 2] ?? 0))
      region[i] = k === 0 ? edge : i < 2 ? Math.min(region[i] ?? 0, edge) : Math.max(region[i] ?? 0, edge)
    }
  }
}

/** A tile with its middle at x, y, that shows what lay around fromX, fromY, `half` each way. */
const addTile = (out: CloneList, play: ClonePlay, x: number, y: number, fromX: number, fromY: number, half: number, scaleX: number, angle: number, ago: number, extra: number): void => {
  play.cropAt(ago, crop)
  const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = crop
  const width = Math.max(x1 - x0, 1e-4)
  const height = Math.max(y1 - y0, 1e-4)
  if (fromX + half < x0 || fromX - half > x1 || fromY + half < y0 || fromY - half > y1) return
  out.addPiece(x, y, scaleX, 1, angle, ago, 1, extra, (fromX - half - x0) / width, (fromY - half - y0) / height, (fromX + half - x0) / width, (fromY + half - y0) / height)
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { moment, aspect } = play
  const side = 1 / valueOf(play, 'tiles')
  const change = valueOf(play, 'change')
  const share = valueOf(play, 'share')
  const span = valueOf(play, 'span')
  const speed = valueOf(play, 'speed')
  const follow = valueOf(play, 'follow')
  const loose = valueOf(play, 'loose')
  const seed = Math.round(moment.seed)
  // Moments that play slower than the show fall further behind until they change.
  const room = Math.max(0, span - NEAREST - (1 - speed) * change)
  const known = Math.max(0, moment.time - UNKNOWN_SECONDS)
  play.pathAt(0, now)
  cover(play, follow, secondsOf(play, span))
  const originX = aspect / 2 + follow * ((now[0] ?? 0) - aspect / 2)
  const originY = 0.5 + follow * ((now[1] ?? 0) - 0.5)
  play.cropAt(0, crop)
  if (valueOf(play, 'live') < 1) out.addPiece(((crop[0] ?? 0) + (crop[2] ?? 0)) / 2, ((crop[1] ?? 0) + (crop[3] ?? 0)) / 2, 1, 1, 0, 0, 1, GONE, 0, 0, 1, 1)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = region
  const left = Math.ceil((Math.max(x0, 0) - originX) / side - 0.5)
  const right = Math.floor((Math.min(x1, aspect) - originX) / side + 0.5)
  const bottom = Math.ceil((Math.max(y0, 0) - originY) / side - 0.5)
  const top = Math.floor((Math.min(y1, 1) - originY) / side + 0.5)
  for (let row = bottom; row <= top; row++) {
    for (let column = left; column <= right; column++) {
      const who = row * 64 + column
      const turns = moment.beat / change + 0.5 * luck(who, 1, seed)
      const turn = Math.floor(turns)
      if (luck(who, turn, seed + 1) >= share) continue
      const x = originX + column * side
      const y = originY + row * side
      const since = fract(turns) * change
      // Whoever changes turns over like a card, half of it before and half after.
      const edgewise = Math.min(since, change - since)
      const open = smooth(0, Math.min(0.1, change / 4), edgewise)
      const moments = luck(who, turn, seed + 2)
      const ago = Math.min(known, secondsOf(play, Math.min(span, NEAREST + moments * room + (1 - speed) * since)))
      play.pathAt(ago, then)
      const fromX = x + follow * ((then[0] ?? 0) - (now[0] ?? 0))
      const fromY = y + follow * ((then[1] ?? 0) - (now[1] ?? 0))
      const astray = loose * side
      addTile(
        out, play, x + astray * (luck(who, turn, seed + 3) - 0.5), y + astray * (luck(who, turn, seed + 4) - 0.5), fromX, fromY, side / 2,
        0.04 + 0.96 * open, 0.7 * loose * (luck(who, turn, seed + 5) - 0.5), ago, 0.1 + 0.9 * moments,
      )
    }
  }
}

export const mosaic = defineEffect({
  id: 'mosaic',
  label: 'Mosaic',
  about: 'The body is a mosaic of moments: each tile is a snapshot of another time, and with every beat others turn over like cards.',
  shader: 'mosaic.frag',
  reads: ['mask', 'history', 'subject', 'plate'],
  params: {
    tiles: int(2, 28, 12, 'Tiles (a height)'),
    share: float(0, 1, 0.6, 'Tiles that show the past'),
    span: beats(1 / 4, 4, 4, 'Farthest moment (beats ago)'),
    change: beats(1 / 4, 16, 2, 'New moments every (beats)'),
    speed: float(-1, 1, 1, 'Speed in a tile (0 stands still)'),
    follow: float(0, 1, 1, 'Moments follow the subject'),
    live: float(0, 1, 1, 'Live subject beneath'),
    loose: float(0, 1, 0.25, 'Out of line'),
    hue: float(0, 1, 0.35, 'Colour by age'),
  },
  clones: { most: MOST, behind: 'source', front: false, arrange },
})

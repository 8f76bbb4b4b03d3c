import type { Frame } from 'node-av/lib'
import { PIXEL_FORMATS } from '../engine/pixels.js'
import type { ClipInfo } from '../engine/types.js'
import type { Hw, Material } from './clip-messages.js'
import type { Shape } from './clip-shape.js'
import { openFileReader } from './file-reader.js'
import { openImageReader } from './image-reader.js'
import { lookNotes } from './picture.js'
import type { Reader, Report } from './reader.js'

export const openReader = (material: Material, hw: Hw, report: Report): Reader =>
  material.kind === 'file' ? openFileReader({ path: material.path, hw, report }) : openImageReader({ ...material, report })

/** What is known of a clip, from its reader and its first picture. */
export const infoOf = (path: string, { facts, hw }: Reader, shape: Shape): ClipInfo => {
  const turned = shape.rotation === 90 || shape.rotation === 270
  const across = Math.max(1, Math.round(shape.width * shape.pixelAspect))
  return {
    path,
    codec: facts.codec,
    width: shape.width,
    height: shape.height,
    displayWidth: turned ? shape.height : across,
    displayHeight: turned ? across : shape.height,
    fps: facts.fps,
    duration: facts.duration,
    hasAlpha: PIXEL_FORMATS[shape.format].alpha,
    hasAudio: facts.hasAudio,
    hw,
  }
}

const rounded = (value: number) => String(Math.round(value * 100) / 100)

/** One line on how a clip is decoded: what it is, by what, and what a performer should know of it. */
export const describeDecoding = ({ facts, hw, refusals }: Reader, asked: Hw, frame: Frame): string => {
  const rate = facts.fps > 0 ? ` at ${rounded(facts.fps)} fps` : ''
  // With `auto` a missing device is no news; one that was asked for by name is.
  const why = asked !== 'auto' && asked !== 'none' && hw !== asked ? [`${asked} was asked for; ${refusals.join('; ')}`] : []
  return [`${facts.codec} ${frame.width}x${frame.height}${rate}, decoded ${hw === 'none' ? 'in software' : `by ${hw}`}`, ...why, ...lookNotes(frame)].join('; ')
}

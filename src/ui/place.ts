/** A screen, in the window system's own coordinates. */
export interface DisplayInfo {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Device pixels per unit of the coordinates above. */
  readonly scale: number
}

/**
 * The display a window belongs on: the one wanted by number (from 0) or name, while it is there; otherwise the last one, as
 * projectors are added after the operator's own. Undefined only when there is none at all.
 */
export const placeWindow = (displays: readonly DisplayInfo[], wanted: string | undefined): DisplayInfo | undefined => {
  if (wanted === undefined) return displays[0]
  const numbered = /^\d+$/.test(wanted) ? displays[Number(wanted)] : undefined
  return numbered ?? displays.find(({ name }) => name === wanted) ?? displays.at(-1)
}

/** Whether the wanted display is there; without a wish every display will do. */
export const isThere = (displays: readonly DisplayInfo[], wanted: string | undefined): boolean =>
  wanted === undefined || (/^\d+$/.test(wanted) && displays[Number(wanted)] !== undefined) || displays.some(({ name }) => name === wanted)

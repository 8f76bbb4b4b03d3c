import type { Transport } from './transport.js'

/**
 * The playhead of another clip, to be played by as well: it goes where that one goes, and never moves by itself. Advance
 * the leading clip first in every tick.
 */
export const followTransport = (leader: Transport): Transport => ({
  controls: leader.controls,
  place: leader.place,
  get generation() { return leader.generation },
  get stepping() { return leader.stepping },
  get ended() { return leader.ended },
  advance() {},
  lookAhead: (seconds) => leader.lookAhead(seconds),
  upcoming: (place) => leader.upcoming(place),
  arrive() {},
})

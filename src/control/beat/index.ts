export { createBeatClock, type BeatClockOptions, type BeatPosition, type PlayedBeatClock, type Unit } from './clock.js'
export type { Follower, Knows } from './follower.js'
export { openLink, type LinkDoor } from './link.js'
export { createTickTime, type TickTime } from './tick-time.js'

/** Another clock that can be followed: MIDI clock, the music as heard, Ableton Link. */
export interface Follower {
  /** Beats per minute. */
  readonly bpm: number
  /** Beats at a moment (ms): whole on the beat. May be any number while it is not locked. */
  beatAt(ms: number): number
  /** False while there is nothing to follow: no clock comes in, the music is unsure. */
  readonly locked: boolean
  /** False while it stands still: its tempo is followed then, its beat is not. Not given: it always runs. */
  readonly running?: boolean
}

/** How much of what a follower says is known: only where the beat is (music as heard), or also which is the first of the bar (MIDI clock, Link). */
export type Knows = 'beats' | 'bars'

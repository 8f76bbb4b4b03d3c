/** Where analysis takes its samples from: what a sound input offers, as plain as that. */
export interface SoundFeed {
  /** False while there is nothing to hear: the interface is gone, the file is over. */
  readonly present: boolean
  /** Copies the oldest samples not read yet and due by now (mono, 48 kHz, -1..1) and gives how many; 0 when there are none. */
  read(into: Float32Array): number
  /** When the sample read last was heard: ms on the clock of the show (`performance.now()`, or the tick's own time when it is rendered offline). */
  readonly heardAt: number
}

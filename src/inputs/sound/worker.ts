import { workerData } from 'node:worker_threads'
import { AV_LOG_QUIET } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { DoppelError, messageOf } from '../../engine/error.js'
import { soundWriter } from '../../engine/sound/ring.js'
import type { FromSound, SoundStart } from './messages.js'
import { openDeviceTrack, openFileTrack } from './open-track.js'
import { capture } from './capture.js'
import type { Track } from './track.js'

const { origin, memory, port } = workerData as SoundStart
const writer = soundWriter(memory)
const say = (message: FromSound) => { port.postMessage(message) }
/** Longest sleep: a file that is not played still shows that it lives. */
const SLEEP_MS = 100

const now = () => performance.timeOrigin + performance.now()

const hearDevice = (track: Track): void => {
  say({ kind: 'opened', detail: track.detail })
  while (!writer.closing) {
    writer.beat()
    const count = track.next()
    if (typeof count !== 'number') throw count === 'end' ? new DoppelError(`the audio input ${origin.kind === 'device' ? origin.name : ''} ended: it was unplugged or switched off`) : count
    writer.write(track.block, count, now())
    writer.setPresent(true)
  }
}

/** Plays a file as far as it is asked for, over and over if it loops. */
const playFile = (path: string, loop: boolean, skip: number): void => {
  let track = openFileTrack(path)
  try {
    let count = track.next()
    let left = skip
    let lap = 0
    // What cannot be decoded at all shows here, before the show.
    if (typeof count !== 'number') throw count === 'end' ? new DoppelError(`${path} holds an audio track without any sound`, 'give another file, or --audio none') : count
    say({ kind: 'opened', detail: track.detail })
    writer.setPresent(true)
    while (!writer.closing) {
      writer.beat()
      if (typeof count !== 'number') {
        if (count !== 'end') throw count
        if (!loop || lap === 0) return
        track.close()
        track = openFileTrack(path)
        lap = 0
      } else if (left > 0) {
        // A worker that begins anew in the middle.
        const passed = Math.min(left, count)
        left -= passed
        lap += count
        track.block.copyWithin(0, passed, count)
        writer.write(track.block, count - passed, 0)
      } else {
        lap += count
        writer.write(track.block, count, 0)
      }
      while (writer.missing <= 0 && !writer.closing) {
        writer.beat()
        writer.waitForMore(SLEEP_MS)
      }
      if (!writer.closing) count = track.next()
    }
  } finally {
    track.close()
  }
}

Log.setLevel(AV_LOG_QUIET)
try {
  if (origin.kind === 'file') {
    playFile(origin.path, origin.loop, origin.skip)
    say({ kind: 'ended' })
  } else if (origin.door.kind === 'program') {
    await capture(origin.name, origin.door, writer, now, (detail) => { say({ kind: 'opened', detail }) })
  } else {
    const track = openDeviceTrack(origin.name, origin.door)
    try {
      hearDevice(track)
    } finally {
      track.close()
    }
  }
} catch (thrown) {
  if (!(thrown instanceof DoppelError)) throw thrown
  say({ kind: 'refused', message: messageOf(thrown), hint: thrown.hint })
} finally {
  port.close()
}

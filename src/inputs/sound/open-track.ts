import { existsSync, statSync } from 'node:fs'
import { Dictionary, FFmpegError, FormatContext, InputFormat } from 'node-av/lib'
import { DoppelError } from '../../engine/error.js'
import type { Door } from './messages.js'
import { openTrack, type Track } from './track.js'

const FILE_HINT = 'give a sound file such as .wav, .flac, .mp3 or .ogg, a clip with an audio track, or --audio none'
const DEVICE_HINT = 'see the names under Audio inputs in `doppel devices`, and whether another program holds the interface'

/** Opens the audio track of a file; throws a {@link DoppelError} that tells what is wrong with it. */
export const openFileTrack = (path: string): Track => {
  if (!existsSync(path)) throw new DoppelError(`there is no file ${path} to hear`, FILE_HINT)
  if (statSync(path).isDirectory()) throw new DoppelError(`${path} is a folder, not a sound`, FILE_HINT)
  const context = new FormatContext()
  // The prefix keeps FFmpeg from reading a name with a colon as a protocol.
  const code = context.openInputSync(`file:${path}`)
  if (code < 0) throw new DoppelError(`${path} is not a sound or clip that can be read (${FFmpegError.strerror(code)})`, FILE_HINT)
  return openTrack(context, path, FILE_HINT)
}

/** Opens a capture device of libavdevice. */
export const openDeviceTrack = (name: string, { format, url, options }: Extract<Door, { kind: 'format' }>): Track => {
  const input = InputFormat.findInputFormat(format)
  if (!input) throw new DoppelError(`the audio input ${name} needs "${format}", which is not in this FFmpeg`, DEVICE_HINT)
  const context = new FormatContext()
  const code = context.openInputSync(url, input, Object.keys(options).length === 0 ? null : Dictionary.fromObject({ ...options }))
  if (code < 0) throw new DoppelError(`the audio input ${name} does not open (${FFmpegError.strerror(code)})`, DEVICE_HINT)
  return openTrack(context, `the audio input ${name}`, DEVICE_HINT)
}

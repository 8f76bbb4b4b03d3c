import { spawn } from 'node:child_process'
import { DoppelError } from '../../engine/error.js'
import type { SoundWriter } from '../../engine/sound/ring.js'
import type { Door } from './messages.js'

/** Samples taken over at once from what the program wrote. */
const BLOCK = 4096
const LOOK_MS = 100

/** Hears a program that writes 48 kHz mono float samples, until it ends or the writer is to close. Rejects with a {@link DoppelError} when it ends by itself. */
export const capture = (name: string, door: Extract<Door, { kind: 'program' }>, writer: SoundWriter, now: () => number, opened: (detail: string) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    // Listening must not start a JACK server.
    const child = spawn(door.program, door.args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, JACK_NO_START_SERVER: '1' } })
    const block = new Float32Array(BLOCK)
    const bytes = Buffer.from(block.buffer)
    let filled = 0
    let said = ''
    let heard = false
    child.stdout.on('data', (chunk: Buffer) => {
      if (!heard) opened(`through ${door.program}`)
      heard = true
      const at = now()
      for (let done = 0; done < chunk.length; ) {
        const n = Math.min(chunk.length - done, bytes.length - filled)
        chunk.copy(bytes, filled, done, done + n)
        done += n
        filled += n
        // A pipe may break anywhere, also within a sample.
        const whole = filled >> 2
        writer.write(block, whole, at - ((chunk.length - done) / 4 / 48))
        bytes.copyWithin(0, 4 * whole, filled)
        filled -= 4 * whole
      }
      writer.setPresent(true)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-500) })
    // A source that is suspended sends nothing, which is silence and no death.
    const look = setInterval(() => {
      writer.beat()
      if (writer.closing) child.kill()
    }, LOOK_MS)
    const end = (error: DoppelError) => {
      clearInterval(look)
      if (writer.closing) resolve()
      else reject(error)
    }
    child.once('error', () => {
      end(new DoppelError(`the audio input ${name} is heard through ${door.program}, which is not installed here`, `install ${door.program} (on Debian and Ubuntu: apt install ffmpeg), or choose an interface listed as alsa: in \`doppel devices\``))
    })
    child.once('close', () => {
      const reason = said.trim().split('\n').at(-1) ?? ''
      end(new DoppelError(`the audio input ${name} ${heard ? 'ended' : 'does not open'}${reason === '' ? '' : `: ${reason}`}`, 'see whether its sound server runs and knows this input'))
    })
  })

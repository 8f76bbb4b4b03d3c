/** How long the event loop may have been away for the past to be believed, ms. */
const LONGEST_MS = 1000
/** How much later per second of stream the estimate may become: real clocks differ by far less, and so it finds back after a pause. */
const DRIFT = 0.002

/**
 * Says when messages really came. They are handed over when the main thread has time, up to a frame late; but the driver says
 * how long after the one before each came, and the promptest hand-over so far shows where that chain of times lies. Give
 * seconds since the message before; get milliseconds on `now`'s clock, never later than now.
 */
export const createArrival = (now: () => number): ((deltaSeconds: number) => number) => {
  let stream = 0
  let offset = Number.POSITIVE_INFINITY
  return (deltaSeconds) => {
    const step = Number.isFinite(deltaSeconds) && deltaSeconds > 0 ? deltaSeconds * 1000 : 0
    stream += step
    const handed = now()
    const lag = handed - stream
    offset = Math.min(lag, offset + step * DRIFT)
    if (lag - offset > LONGEST_MS) offset = lag
    return stream + offset
  }
}

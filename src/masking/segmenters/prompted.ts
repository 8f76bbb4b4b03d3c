import { MOST_SUBJECTS, type Segmenter } from '../types.js'
import type { PromptModel } from './prompt-model.js'
import { createPromptedSubject } from './prompted-subject.js'

/**
 * A segmenter out of a promptable model: every picture is encoded once, however often it is asked about, and not at all
 * while there is nothing to ask.
 */
export const openPrompted = async (model: PromptModel): Promise<Segmenter> => {
  const { input, output } = model
  const subjects = Array.from({ length: MOST_SUBJECTS }, () => createPromptedSubject(model))
  /** Pictures seen; the one that the model has before it; and by what the last one is known. */
  let picture = 0
  let encoded = -1
  let seq = Number.NaN
  let capturedAt = Number.NaN
  let cuts = 0
  // The first run of each graph takes its memory and compiles its kernels.
  await model.encode({ data: new Uint8Array(input.width * input.height * 4) })
  await model.decode({ clicks: [{ x: 0.5, y: 0.5, positive: true }] })
  return {
    input,
    output,
    seed(i, seed) { subjects[i]?.seed(seed) },
    async step(view, out) {
      const before = cuts
      if (view.seq !== seq || view.capturedAt !== capturedAt) picture += 1
      ;({ seq, capturedAt } = view)
      const here = picture
      for (const [i, subject] of subjects.entries()) {
        // What comes after a cut is not looked for in the picture before it.
        if (before === cuts && subject.wants(here)) {
          if (encoded !== here) await model.encode(view)
          encoded = here
          if (before === cuts) await subject.look(here)
        }
        out.plane(i).set(subject.mask)
        out.confidence[i] = subject.confidence
      }
    },
    reset() {
      cuts += 1
      // The next picture is another one, whatever its number.
      seq = Number.NaN
      for (const subject of subjects) subject.reset()
    },
    close: () => model.close(),
  }
}

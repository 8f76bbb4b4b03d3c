import { createMidiLearn } from '../control/midi/learn.js'
import { controlLabel } from '../control/midi/profiles.js'
import { openMidi, type MidiOptions } from '../control/midi/surface.js'
import { proposeMidiBinding } from '../control/learn.js'
import { DoppelError } from '../engine/error.js'
import { nearestAddress } from '../engine/nearest-address.js'
import { writeBindings } from '../sets/controls.js'
import { saveSet } from '../sets/save.js'
import { addressPlan } from './addressed.js'
import { openSet } from './isf.js'
import { planShow } from './plan.js'
import { createStop } from './stop.js'

export interface LearnOptions {
  readonly set: string
  readonly address: string
  readonly midi: 'all' | readonly string[]
  readonly say: (line: string) => void
  /** Another MIDI; for tests. */
  readonly system?: MidiOptions['system']
}

const LOOK_MS = 20

/** Waits for a control to be moved, and binds it to a parameter in a set file. Resolves with what was done; rejects with a {@link DoppelError}. */
export const learn = async ({ set, address, midi: names, say, system }: LearnOptions): Promise<string> => {
  const { file, path } = openSet(set)
  const { registry, playing } = addressPlan(planShow(set, []))
  playing.close()
  const param = registry.get(address)
  if (!param) {
    const near = nearestAddress(address, registry.addresses)
    throw new DoppelError(`${path} has no parameter ${address}`, `${near === undefined ? '' : `did you mean ${near}? `}npx doppel addresses ${set} lists them`)
  }
  const midi = await openMidi({ inbox: { control: () => {} }, names, ...(system && { system }) })
  const stop = createStop()
  try {
    midi.fault$.subscribe(({ message, hint }) => { say(`! midi: ${message}${hint ? ` (${hint})` : ''}`) })
    const learning = createMidiLearn()
    const deaf = midi.listen(learning.hear)
    learning.begin(address)
    say(`move the control that is to play ${address} (Ctrl-C leaves everything as it is)`)
    const found = await new Promise<ReturnType<typeof learning.propose>>((resolve) => {
      const look = setInterval(() => {
        const proposal = learning.propose(performance.now())
        if (!proposal && !stop.stopped) return
        clearInterval(look)
        resolve(proposal)
      }, LOOK_MS)
    })
    deaf()
    if (!found) return 'nothing was changed'
    saveSet(path, { ...file, bindings: [...file.bindings, ...writeBindings([proposeMidiBinding(found, param)])] })
    return `${controlLabel(found.control)} plays ${address} in ${path}`
  } finally {
    stop.close()
    await midi.close()
  }
}

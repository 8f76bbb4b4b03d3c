import { abletonLink } from './ableton-link.mjs'
import { build, link } from './build.mjs'
import { midiJack } from './jack.mjs'
import { gl, onnxRuntime } from './natives.mjs'
import { nodegui } from './nodegui.mjs'
import { npmPackages } from './npm.mjs'
import { systemPackages } from './system.mjs'

/**
 * Everything between a bare clone and a running Doppel, in order. A step is up to date when `key()`, which names all it
 * depends on, is what it was when it last ran and `present()` finds what it made. `run()` may return a note for the
 * user. A failing step ends set-up, but for an `optional` one: its failure is a note, and is not tried again until its
 * key changes (or set-up is asked to with --again).
 */
export const steps = [systemPackages, npmPackages, gl, nodegui, onnxRuntime, midiJack, abletonLink, link, build]

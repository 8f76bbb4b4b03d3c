import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { forget, keep, restore } from './cache.mjs'
import { versionOf } from './natives.mjs'
import { modules, nodeHeaders, onPath, setupFolder } from './paths.mjs'
import { run, SetupError, survives } from './run.mjs'

const folder = join(setupFolder, 'midi-jack')
const artifacts = ['build/Release/midi.node']
const header = '/usr/include/jack/jack.h'
/** Node-API keeps an addon good for later Nodes. */
const cacheKey = () => `midi-jack-${versionOf('@julusian/midi')}-${process.platform}-${process.arch}`
/** Only tests want it: where JACK is not, a performer need not hear of it. */
const possible = () => process.platform === 'linux' && existsSync(header) && Boolean(onPath('jackd'))
const loads = () => survives(`require(${JSON.stringify(folder)})`)

/** The package, told to speak JACK in place of ALSA. Without its prebuilt bindings, so that it loads its own. */
const copyPackage = () => {
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(modules, '@julusian/midi'), folder, { recursive: true, filter: (path) => !/[/\\](prebuilds|build)$/.test(path) })
  const recipe = join(folder, 'binding.gyp')
  writeFileSync(recipe, readFileSync(recipe, 'utf8').replace('__LINUX_ALSA__', '__UNIX_JACK__').replace('-lasound', '-ljack'))
}

/**
 * MIDI through JACK, whose ports need no hardware: tests play real messages through it, and DOPPEL_MIDI can name it. The
 * package brings ALSA's binding only, so this one is built, once, and kept outside the checkout.
 */
export const midiJack = {
  name: 'MIDI through JACK',
  optional: true,
  key: () => `${cacheKey()} ${possible() ? 'jack' : 'none'}`,
  present: () => !possible() || existsSync(join(folder, artifacts[0])),
  async run() {
    if (!possible()) return undefined
    copyPackage()
    if (restore(cacheKey(), folder, artifacts)) {
      if (await loads()) return undefined
      forget(cacheKey())
      rmSync(join(folder, 'build'), { recursive: true, force: true })
    }
    const headers = nodeHeaders()
    await run('MIDI through JACK, building its binding', process.execPath, [join(modules, 'node-gyp/bin/node-gyp.js'), 'rebuild', ...(headers ? [`--nodedir=${headers}`] : [])], {
      cwd: folder,
      timeoutMs: 5 * 60_000,
      hint: 'Tests of MIDI through JACK need it, nothing else (Debian and Ubuntu: sudo apt install g++ make python3 libjack-jackd2-dev).',
    })
    if (!(await loads())) throw new SetupError('the JACK binding of MIDI was built but does not load', { hint: 'Only tests need it.' })
    keep(cacheKey(), folder, artifacts)
    return undefined
  },
}

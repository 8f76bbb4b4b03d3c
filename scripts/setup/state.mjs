import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setupFolder } from './paths.mjs'
import { say } from './say.mjs'

const stateFile = join(setupFolder, 'state.json')

/** What earlier runs did: step name -> { key, note?, failed? }. Empty on the first run. */
export const readState = () => {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'))
  } catch {
    return {}
  }
}

/** Written whole and renamed, so that a reader never sees half of it. */
export const writeState = (state) => {
  mkdirSync(setupFolder, { recursive: true })
  writeFileSync(`${stateFile}.new`, `${JSON.stringify(state, undefined, 2)}\n`)
  renameSync(`${stateFile}.new`, stateFile)
}

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const tryLock = (lockFile) => {
  try {
    const file = openSync(lockFile, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

const holder = (lockFile) => {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

/** Runs `work` while no other set-up of this checkout runs. A lock whose process is gone is taken over. */
export const alone = async (work, lockFile = join(setupFolder, 'lock')) => {
  mkdirSync(dirname(lockFile), { recursive: true })
  let waiting = false
  while (!tryLock(lockFile)) {
    const pid = holder(lockFile)
    if (pid !== undefined && !alive(pid)) {
      // Renaming succeeds for one of several that noticed; the others find no file and try again.
      try {
        renameSync(lockFile, `${lockFile}.${process.pid}`)
        rmSync(`${lockFile}.${process.pid}`)
      } catch {
        continue
      }
    } else {
      if (!waiting) say(`waiting for another set-up of this checkout${pid ? ` (process ${pid})` : ''}`)
      waiting = true
      await sleep(300)
    }
  }
  const release = () => rmSync(lockFile, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

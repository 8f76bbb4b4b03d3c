import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder } from './paths.mjs'

const folderOf = (key) => join(cacheFolder, 'natives', key)

const copyAll = (from, to, paths) => {
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    rmSync(join(to, path), { recursive: true, force: true })
    cpSync(join(from, path), join(to, path), { recursive: true, verbatimSymlinks: true })
  }
}

/** Brings built files from the cache into `folder`; false when the cache has none under this key. */
export const restore = (key, folder, paths) => {
  if (!existsSync(folderOf(key))) return false
  copyAll(folderOf(key), folder, paths)
  return true
}

/** Keeps built files for the next checkout. Copied aside and renamed: a cache entry is there whole or not at all. */
export const keep = (key, folder, paths) => {
  const aside = `${folderOf(key)}.${process.pid}`
  try {
    copyAll(folder, aside, paths)
    rmSync(folderOf(key), { recursive: true, force: true })
    renameSync(aside, folderOf(key))
  } catch {
    // A home without room or rights costs the next checkout a build, not this one its set-up.
    rmSync(aside, { recursive: true, force: true })
  }
}

export const forget = (key) => rmSync(folderOf(key), { recursive: true, force: true })

import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { systemNeeds } from './packages.mjs'
import { onPath } from './paths.mjs'
import { run } from './run.mjs'
import { say } from './say.mjs'

const neededToPlay = systemNeeds.filter((need) => !need.forTests)

/** Apt packages that are needed and not installed, each as a list of alternatives. */
const missingByApt = (needs) => {
  const wanted = needs.flatMap((need) => need.apt ?? [])
  const asked = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Abbrev}\n', ...wanted.flat()], { encoding: 'utf8' })
  const installed = new Set(asked.stdout.split('\n').map((line) => line.split(' ')).filter(([, status]) => status?.startsWith('ii')).map(([name]) => name))
  return wanted.filter((names) => !names.some((name) => installed.has(name)))
}

/** A name apt can install, from a list of alternatives. */
const installable = (names) =>
  names.find((name) => /Candidate: (?!\(none\))/.test(spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout ?? '')) ?? names[0]

const missingByProgram = (manager) => neededToPlay.filter((need) => need[manager] && need.program && !onPath(need.program))

const confirmed = async (command) => {
  if (process.env.CI || process.argv.includes('--yes')) return true
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`[set-up] Doppel needs system packages:\n  ${command}\nRun this now? [Y/n] `)
  terminal.close()
  return /^(y|yes|)$/i.test(answer.trim())
}

/** The way to become root: [] as root, sudo where it may be used, undefined where there is none or the user said no. */
const asRoot = async (command) => {
  if (process.getuid?.() === 0) return []
  if (!onPath('sudo') || !(await confirmed(`sudo ${command}`))) return undefined
  const unattended = Boolean(process.env.CI)
  const allowed = spawnSync('sudo', unattended ? ['-n', 'true'] : ['-v'], { stdio: 'inherit' }).status === 0
  return allowed ? ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'] : undefined
}

const installByApt = async () => {
  const missing = missingByApt(neededToPlay)
  const note = missing.length > 0 ? await installMissing(missing) : undefined
  const wanted = note ? [] : missingByApt(systemNeeds)
  if (wanted.length === 0) return note
  return await installMissing(wanted).then((left) => left && `for tests only, ${left}`, () => `some tests are skipped without: ${wanted.map((names) => names[0]).join(' ')}`)
}

const installMissing = async (missing) => {
  const plain = `apt-get install -y --no-install-recommends ${missing.map((names) => names[0]).join(' ')}`
  const prefix = await asRoot(plain)
  if (!prefix) return `missing system packages; install them with: sudo ${plain}`
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (title, args, progress) => {
    const [command, ...rest] = [...prefix, 'apt-get', ...args]
    return run(title, command, rest, { env, progress, hint: `Install them by hand: sudo ${plain}` })
  }
  await apt('system package lists', ['update', '-q'])
  const names = missing.map(installable)
  say(`installing ${names.join(' ')}`)
  let done = 0
  await apt('system packages', ['install', '-y', '-q', '--no-install-recommends', ...names], (line) =>
    /^(Unpacking|Setting up) /.test(line) ? `${++done} steps` : undefined)
  return undefined
}

const installByBrew = async () => {
  const names = missingByProgram('brew').map((need) => need.brew)
  if (names.length) await run('system packages', 'brew', ['install', ...names], { hint: `Install them by hand: brew install ${names.join(' ')}` })
  return undefined
}

const explain = (manager, command) => () => {
  const missing = missingByProgram(manager)
  return missing.length ? `missing: ${missing.map((need) => need.why).join(', ')}; install with: ${command} ${neededToPlay.map((need) => need[manager]).filter(Boolean).join(' ')}` : undefined
}

const nameUnknown = () => {
  const missing = process.platform === 'win32' ? [] : neededToPlay.filter((need) => need.program && !onPath(need.program))
  return missing.length ? `missing: ${missing.map((need) => `${need.program} (${need.why})`).join(', ')}` : undefined
}

/** The first package manager that is here decides. */
const managers = [
  { program: 'apt-get', missing: () => missingByApt(systemNeeds).map((names) => names[0]), install: installByApt },
  { program: 'brew', missing: () => missingByProgram('brew').map((need) => need.brew), install: installByBrew },
  { program: 'dnf', missing: () => missingByProgram('dnf').map((need) => need.dnf), install: explain('dnf', 'sudo dnf install') },
  { program: 'pacman', missing: () => missingByProgram('pacman').map((need) => need.pacman), install: explain('pacman', 'sudo pacman -S') },
]
const manager = managers.find(({ program }) => onPath(program)) ?? { missing: () => [], install: nameUnknown }

/** System packages. What could not be installed is told once and again when it changes; what then cannot work says so itself. */
export const systemPackages = {
  name: 'system packages',
  optional: true,
  key: () => `missing: ${manager.missing().join(' ')}`,
  present: () => true,
  run: () => manager.install(),
}

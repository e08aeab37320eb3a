/**
 * Makes the cluster of the embedded PostgreSQL. A first start should be quick, and initdb is what
 * takes long: one pristine cluster is kept on each machine, and every other is a copy of it.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { exists, type Place, postgresFault } from './postgres-place.ts'
import { type Command, run } from './postgres-process.ts'

/** Once: a crash half-way leaves only a draft, which the next try replaces. */
export async function ensureCluster(place: Place): Promise<void> {
  const versionFile = path.join(place.cluster, 'PG_VERSION')
  if (await exists(versionFile)) {
    const major = (await fs.readFile(versionFile, 'utf8')).trim()
    if (major === '18') return
    const reason = `${place.cluster} holds data of PostgreSQL ${major}, the server is 18`
    throw postgresFault('EMBEDDED_POSTGRES_FAILED', { reason })
  }
  const draft = `${place.cluster}.new`
  await fs.rm(draft, { recursive: true, force: true })
  // Without a place to keep one, as for a user without a home, the long way is gone each time.
  const pristine = await ensurePristine(place).catch(() => undefined)
  if (pristine === undefined) await initialise(place, draft)
  else await copy(place, pristine, draft)
  await fs.rename(draft, place.cluster)
}

async function ensurePristine(place: Place): Promise<string> {
  const { pristine, account } = place
  if (await exists(pristine)) return pristine
  await fs.mkdir(path.dirname(pristine), { recursive: true, mode: 0o755 })
  const draft = `${pristine}.${process.pid}`
  await fs.mkdir(draft, { mode: 0o700 })
  try {
    const { uid, gid } = account
    if (uid !== undefined && gid !== undefined) await fs.chown(draft, uid, gid)
    await initialise(place, draft)
    await fs.rename(draft, pristine)
  } catch (error) {
    await fs.rm(draft, { recursive: true, force: true })
    if (!(await exists(pristine))) throw error // Else another was quicker.
  }
  return pristine
}

async function initialise(place: Place, cluster: string): Promise<void> {
  await run(place, {
    program: path.join(place.binaries, 'bin', 'initdb'),
    args: [
      `--pgdata=${cluster}`,
      '--username=postgres',
      '--auth=trust', // The socket's folder is the door; see Place.
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
  })
  await run(place, {
    program: path.join(place.binaries, 'bin', 'postgres'),
    args: ['--single', '-D', cluster, 'postgres'],
    input: 'create database zstone\n',
  })
}

/** On disk before it counts as made: a start after a power cut must find all of it or nothing. */
async function copy(place: Place, from: string, to: string): Promise<void> {
  const sync: Command = {
    program: path.join(place.binaries, 'bin', 'initdb'),
    args: ['--sync-only', '--sync-method=syncfs', `--pgdata=${to}`],
  }
  await run(place, { program: 'cp', args: ['-a', from, to] })
  await run(place, sync)
}

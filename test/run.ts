/**
 * What a whole test run shares: one embedded PostgreSQL server, started when the first test asks.
 * The process that runs jest keeps it and answers the workers on a socket; when that process ends,
 * in whatever way, the server ends too, and the next run sweeps the folder away.
 */
import fs from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { systemClock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { silentLog } from '#lib/log'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '#lib/sql/embedded-postgres'
import { setRunSocket } from './environment.ts'

export interface Run {
  close(): Promise<void>
}

const prefix = 'zstone-test-run-'

export async function openRun(): Promise<Run> {
  await sweep()
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), `${prefix}${process.pid}-`))
  await fs.chmod(folder, 0o755) // As root the server is another user, who must get in.
  const socket = path.join(folder, 'run.sock')
  let postgres: Promise<EmbeddedPostgres> | undefined
  const server = createServer((_, response) => {
    postgres ??= openPostgres(folder)
    postgres.then(
      ({ url }) => response.end(url),
      (error) => response.writeHead(500).end(messageOf(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  server.unref()
  setRunSocket(socket)
  return {
    async close() {
      server.close()
      server.closeAllConnections()
      await (await postgres?.catch(() => undefined))?.close()
      await fs.rm(folder, { recursive: true, force: true })
    },
  }
}

/** Tests lose nothing when the machine loses power, so they do not wait for the disk. */
function openPostgres(folder: string): Promise<EmbeddedPostgres> {
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' }
  return openEmbeddedPostgres({
    dataDir: path.join(folder, 'data'),
    log: silentLog,
    clock: systemClock,
    settings,
  })
}

async function sweep(): Promise<void> {
  for (const name of await fs.readdir(os.tmpdir())) {
    const pid = /^zstone-test-run-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || (await isAlive(pid))) continue
    await fs.rm(path.join(os.tmpdir(), name), { recursive: true, force: true }).catch(() => {})
  }
}

const isAlive = (pid: string) =>
  fs.access(`/proc/${pid}`).then(
    () => true,
    () => false,
  )

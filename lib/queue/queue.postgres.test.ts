import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { openEmbeddedPostgres } from '../sql/embedded-postgres.ts'
import { queueConformance, type StoreUnderTest } from './queue.conformance.ts'

queueConformance(openStore)

/** A server of its own, because the suite kills it. */
async function openStore(): Promise<StoreUnderTest> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-queue-'))
  await fs.chmod(folder, 0o755)
  const open = () =>
    openEmbeddedPostgres({
      dataDir: path.join(folder, 'data'),
      log: silentLog,
      clock: systemClock,
      settings: { fsync: 'off' },
    })
  let postgres = await open()
  return {
    options: { databaseUrl: postgres.url },
    // A shutdown that asks nobody cuts every connection, as a kill does, and stays down.
    kill: () => postgres.close(),
    async start() {
      postgres = await open()
    },
    async close() {
      await postgres.close()
      await fs.rm(folder, { recursive: true, force: true })
    },
  }
}

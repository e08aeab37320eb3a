/**
 * One `zstone` a database: two would repair the same cluster by different plans. A lease says whose
 * it is; the same data directory gets it back at once after a crash.
 */

import { faultsOf } from '#lib/errors'
import { createLeases, type Lease, migrateLeases } from '#lib/lease'
import { createLoop } from '#lib/loop'
import { openDatabase } from '#lib/sql/database'
import type { World } from './world.ts'

const holdFault = faultsOf({
  DATABASE_IN_USE: {
    status: 500,
    retry: true,
    message: 'Cannot use the database: {holder} does; stop that one, or set another DATABASE_URL',
  },
})

const name = 'zstone'
const forMs = 15_000
const renewEveryMs = 5000

export interface HoldOptions {
  readonly databaseUrl: string
  /** Who holds it, as others read it: host and data directory. */
  readonly holder: string
  /** Somebody else has it now: whatever is under way must end. */
  readonly onLost: (error: Error) => void
}

export async function holdDatabase(
  { databaseUrl, holder, onLost }: HoldOptions,
  world: World,
  stack: AsyncDisposableStack,
): Promise<void> {
  await migrateLeases(databaseUrl)
  const database = openDatabase<unknown>(databaseUrl, { name: 'zstone lease', connections: 1 })
  stack.defer(() => database.close())
  const leases = createLeases(database)
  const take = async (): Promise<Lease> => {
    const taking = await leases.take(name, { holder, forMs })
    if (!taking.taken) throw holdFault('DATABASE_IN_USE', { holder: taking.holder })
    return taking.lease
  }
  let lease = await take()
  stack.defer(() => leases.release(lease))
  const pass = async () => {
    if (await leases.renew(lease, forMs)) return
    // It ran out while the database was away; it is ours again unless somebody was quicker.
    lease = await take().catch((error) => {
      onLost(error)
      throw error
    })
  }
  const renewal = createLoop({ name: 'hold database', everyMs: renewEveryMs, pass }, world)
  stack.defer(() => renewal.close())
  renewal.start()
}

/** Where an agent keeps the parts of smartctl's drive database that its disks need. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDriveDatabase } from '#collectors'

/** A folder that nobody else may write to: smartctl reads it as root. */
export async function openDriveDatabase(stack: AsyncDisposableStack) {
  const folder = await mkdtemp(join(tmpdir(), 'zstnlet-drives-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  return createDriveDatabase({ folder })
}

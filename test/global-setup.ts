/** Jest calls this once before all tests of a run. */
import { missingPeers } from './peers.ts'
import { openRun, type Run } from './run.ts'

declare global {
  /** Jest's own way to hand something from here to the teardown. */
  var zstoneTestRun: Run | undefined
}

// biome-ignore lint/style/noDefaultExport: jest asks for it.
export default async function setUp(): Promise<void> {
  const skipped = missingPeers() // Here, because jest drops what a skipped suite prints.
  if (skipped !== undefined) process.stderr.write(`${skipped}\n`)
  globalThis.zstoneTestRun = await openRun()
}

/** Debian's promtool as the oracle; see `hasPrometheus` for whether it is there. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Resolves to what it printed; rejects, with that, where it found something wrong. */
export async function promtool(...args: readonly string[]): Promise<string> {
  try {
    return (await run('promtool', [...args], { maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`.slice(0, 8000))
  }
}

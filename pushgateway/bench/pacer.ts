/**
 * Pushes at a pace from a process that does nothing else: what the bench does meanwhile, as reading
 * a scrape, and what its collector does, would else count as the gateway's delay.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadResult } from './load.ts'

export interface Pace {
  readonly port: number
  readonly connections: number
  readonly perSecond: number
  readonly forMs: number
  /** It changes so many groups, which are stored. */
  readonly groups: number
}

const program = fileURLToPath(new URL('./pacer-program.ts', import.meta.url))

export function pushApart(pace: Pace): Promise<LoadResult> {
  const child = fork(program)
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as LoadResult)) // Nothing else is sent.
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The pacer ended with ${code}`)))
    child.send(pace)
  })
}

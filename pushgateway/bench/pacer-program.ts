/** Pushes at a pace as its parent tells it, once, and says how long the answers took. */
import { pushPaced } from './load.ts'
import type { Pace } from './pacer.ts'
import { small, stride } from './workload.ts'

process.once('message', async (message) => {
  const { groups, ...pace } = message as Pace // Nobody else speaks to this process.
  const request = (i: number) => small.push((i * stride) % groups, i)
  process.send?.(await pushPaced({ ...pace, request }), () => process.disconnect())
})

/** The list of kinds. To add one: a file, and a line here. */
import type { Kind } from '#lib/schema'
import { alert } from './alert.ts'
import { cluster } from './cluster.ts'
import { device } from './device.ts'
import { job } from './job.ts'
import { node } from './node.ts'
import { pool } from './pool.ts'
import { rack } from './rack.ts'

export const kinds: readonly Kind[] = [cluster, rack, node, device, pool, alert, job]

import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createStat } from './stat.ts'

test('switches, forks, interrupts and the boot are those of the node', async () => {
  expect(await collected(createStat({ files: falseNode }))).toEqual({
    node_boot_time_seconds: 1_763_700_000,
    node_context_switches_total: 38_014_093,
    node_forks_total: 26_442,
    node_intr_total: 8_885_917,
    node_procs_blocked: 1,
    node_procs_running: 2,
  })
})

import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createMeminfo } from './meminfo.ts'

test('every line is a metric: in bytes where it has a unit, else as it is', async () => {
  expect(await collected(createMeminfo({ files: falseNode }))).toEqual({
    node_memory_MemTotal_bytes: 16_042_172 * 1024,
    node_memory_MemFree_bytes: 225_472 * 1024,
    node_memory_Active_anon_bytes: 6_791_212 * 1024,
    node_memory_VmallocTotal_bytes: 34_359_738_367 * 1024,
    node_memory_HugePages_Total: 4,
    node_memory_Hugepagesize_bytes: 2048 * 1024,
  })
})

import { expect, test } from '@jest/globals'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { createEdac } from './edac.ts'

const machine = areaTree('machine')

test('a controller says its errors, its rows, and those of no known row', async () => {
  expect(await saidOf(machine, createEdac)).toMatchObject({
    'node_edac_correctable_errors_total{controller="0"}': 3,
    'node_edac_uncorrectable_errors_total{controller="0"}': 1,
    'node_edac_csrow_correctable_errors_total{controller="0", csrow="unknown"}': 2,
    'node_edac_csrow_uncorrectable_errors_total{controller="0", csrow="1"}': 1,
  })
})

test('a channel says its errors with the label of its module, where the board has one', async () => {
  const of = 'node_edac_channel_correctable_errors_total'
  expect(await saidOf(machine, createEdac)).toMatchObject({
    [`${of}{channel="0", controller="0", csrow="1", dimm_label="CPU0__csrow1__channel0"}`]: 1,
    [`${of}{channel="1", controller="1", csrow="0", dimm_label="unknown"}`]: 1,
  })
})

test('a count that cannot be read is absent, and the others stay', async () => {
  const tree = changed(machine, { 'sys/devices/system/edac/mc/mc0/ue_count': undefined })
  const series = await saidOf(tree, createEdac)
  expect(series).not.toHaveProperty(['node_edac_uncorrectable_errors_total{controller="0"}'])
  expect(series['node_edac_correctable_errors_total{controller="0"}']).toBe(3)
})

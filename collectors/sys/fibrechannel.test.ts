import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createFibrechannel } from './fibrechannel.ts'

const network = areaTree('network')

test('an adapter says its link and its errors', async () => {
  const series = await saidOf(network, createFibrechannel)
  expect(series).toMatchObject({
    'node_fibrechannel_link_failure_total{fc_host="host7"}': 20,
    'node_fibrechannel_rx_frames_total{fc_host="host7"}': 40,
  })
  const info = Object.keys(series).find((name) => name.startsWith('node_fibrechannel_info'))
  expect(info).toContain('port_name="1000e0071bce0042"')
})

test('a counter that the driver does not keep is absent', async () => {
  const names = Object.keys(await saidOf(network, createFibrechannel))
  expect(names.filter((name) => name.includes('dumped_frames'))).toEqual([])
})

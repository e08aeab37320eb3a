import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createBonding } from './bonding.ts'

const network = areaTree('network')

test('a bond says its links, and how many of them are up', async () => {
  expect(await saidOf(network, createBonding)).toEqual({
    'node_bonding_slaves{master="bond0"}': 2,
    'node_bonding_active{master="bond0"}': 1,
    'node_bonding_slaves{master="bond1"}': 0,
    'node_bonding_active{master="bond1"}': 0,
  })
})

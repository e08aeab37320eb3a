import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createNfs } from './nfs.ts'

const network = areaTree('network')

test('requests are told by version and method, in the order of the kernel', async () => {
  expect(await saidOf(network, createNfs)).toMatchObject({
    node_nfs_rpc_retransmissions_total: 22,
    'node_nfs_packets_total{protocol="tcp"}': 13,
    'node_nfs_requests_total{method="FsStat", proto="2"}': 2017,
    'node_nfs_requests_total{method="Commit", proto="3"}': 3021,
    'node_nfs_requests_total{method="Clone", proto="4"}': 4058,
  })
})

test('a machine without NFS says nothing', async () => {
  expect(await saidOf({ files: { 'proc/stat': '' } }, createNfs)).toEqual({})
})

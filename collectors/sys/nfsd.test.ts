import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createNfsd } from './nfsd.ts'

const network = areaTree('network')

test('what is served is told by version and method, in the order of the kernel', async () => {
  const series = await saidOf(network, createNfsd)
  expect(series).toMatchObject({
    node_nfsd_server_threads: 8,
    'node_nfsd_rpc_errors_total{error="auth"}': 64,
    'node_nfsd_requests_total{method="GetAttr", proto="2"}': 2001,
    'node_nfsd_requests_total{method="Access", proto="4"}': 4003,
    'node_nfsd_requests_total{method="Read", proto="4"}': 4025,
    'node_nfsd_requests_total{method="RelLockOwner", proto="4"}': 4037,
  })
  expect(Object.keys(series).filter((name) => name.includes('Null'))).toEqual([])
})

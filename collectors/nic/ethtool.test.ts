import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import type { Log } from '#lib/log'
import { until } from '#test/until'
import { createFakeProgram } from '../fake/program.ts'
import { collected } from '../fake/series.ts'
import { plantTree } from '../fake/tree.ts'
import { createWatchedClock } from '../fake/watched-clock.ts'
import { createFiles } from '../files.ts'
import { createEthtool, type EthtoolOptions } from './ethtool.ts'
import { metricNameOf } from './ethtool-names.ts'

const program = createFakeProgram('ethtool')
const net = (device: string, driver: string, [dropped, missed] = [0, 0]) => ({
  [`sys/class/net/${device}/device/uevent`]: `DRIVER=${driver}\n`,
  [`sys/class/net/${device}/statistics/rx_dropped`]: `${dropped}\n`,
  [`sys/class/net/${device}/statistics/rx_missed_errors`]: `${missed}\n`,
})
const tree = plantTree({
  files: {
    ...net('eth0', 'mlx5_core', [1250, 0]),
    ...net('eth1', 'ixgbe', [9, 5]),
    'sys/class/net/lo/operstate': 'unknown\n',
  },
})
const reasons: unknown[] = []
const log = { warn: (fields: unknown) => reasons.push(fields), info() {} } as unknown as Log
const mlx5 = readFileSync(
  new URL('../fixtures/nic/mlx5_core.ethtool-S.txt', import.meta.url),
  'utf8',
)
const ixgbe = 'NIC statistics:\n  rx_bytes: 70\n  rx_missed_errors: 5\n  rx_no_dma_resources: 2\n'

const ethtool = (options: Partial<EthtoolOptions> = {}) =>
  createEthtool({
    clock: createManualClock(),
    log,
    files: createFiles(tree.root),
    ethtoolPath: program.path,
    ...options,
  })

beforeEach(() => program.answer({ '-S eth0': mlx5, '-S eth1': ixgbe }))
afterEach(() => {
  reasons.length = 0
})
afterAll(() => {
  program.remove()
  tree.remove()
})

test('counters bear the names that node_exporter gives them', async () => {
  const names = {
    rx_errors: 'node_ethtool_received_errors_total',
    'port.rx_errors': 'node_ethtool_port_received_errors',
    'Queue[0] AllocFails': 'node_ethtool_queue_0_allocfails',
    '[3]: tx_bytes': 'node_ethtool_3_transmitted_bytes',
    rx_queue_0_rx: 'node_ethtool_received_queue_0_received',
    tx_tx_timeouts: 'node_ethtool_transmitted_tx_timeouts',
    '  err': 'node_ethtool_err',
  }
  for (const [counter, name] of Object.entries(names)) expect(metricNameOf(counter)).toBe(name)
  expect(await collected(ethtool())).toMatchObject({
    'node_ethtool_received_packets_total{device="eth0"}': 1000400,
    'node_ethtool_received_out_of_buffer{device="eth0"}': 1200,
    'node_ethtool_received_missed_errors{device="eth1"}': 5,
  })
})

test('drops are told apart by the meaning of each driver', async () => {
  expect(await collected(ethtool())).toMatchObject({
    'zstone_nic_receive_drops_total{by="hardware", device="eth0"}': 1205,
    'zstone_nic_receive_drops_total{by="software", device="eth0"}': 50,
    'zstone_nic_receive_drops_total{by="hardware", device="eth1"}': 7,
    'zstone_nic_receive_drops_total{by="software", device="eth1"}': 9,
  })
})

test('counters of single queues are exported only where they are asked for', async () => {
  const all = await collected(ethtool({ include: /./ }))
  expect(all['node_ethtool_rx0_packets{device="eth0"}']).toBe(400)
  expect(await collected(ethtool())).not.toHaveProperty('node_ethtool_rx0_packets{device="eth0"}')
  const few = await collected(ethtool({ include: /^rx_bytes$/ }))
  expect(Object.keys(few).filter((name) => name.startsWith('node_'))).toHaveLength(2)
})

test('two counters that come to one name are left out', async () => {
  program.answer({ '-S eth0': 'NIC statistics:\n a b: 1\n a_b: 2\n c: 3\n', '-S eth1': ixgbe })
  const names = Object.keys(await collected(ethtool()))
  expect(names).toContain('node_ethtool_c{device="eth0"}')
  expect(names).not.toContain('node_ethtool_a_b{device="eth0"}')
})

test('a count of drops that is a difference never runs back', async () => {
  const collector = ethtool()
  const software = 'zstone_nic_receive_drops_total{by="software", device="eth0"}'
  expect((await collected(collector))[software]).toBe(50)
  const later = mlx5.replace('rx_out_of_buffer: 1200', 'rx_out_of_buffer: 1230')
  program.answer({ '-S eth0': later, '-S eth1': ixgbe })
  expect((await collected(collector))[software]).toBe(50)
})

test('without ethtool the kernel is all there is, and nobody complains', async () => {
  const series = await collected(ethtool({ ethtoolPath: '/nowhere/ethtool' }))
  expect(series['zstone_nic_receive_drops_total{by="hardware", device="eth1"}']).toBe(5)
  expect(Object.keys(series).filter((name) => name.startsWith('node_'))).toEqual([])
  // Of mlx5 the kernel's counters mix both.
  expect(Object.keys(series).filter((name) => /drops.*eth0/.test(name))).toEqual([])
  expect(reasons).toEqual([])
})

test('a driver without counters is no fault', async () => {
  const none = { complaint: 'no stats available\n', exitCode: 94 }
  program.answer({ '-S eth0': none, '-S eth1': ixgbe })
  expect(await collected(ethtool())).toMatchObject({ 'zstone_nic_readable{device="eth0"}': 1 })
  expect(reasons).toEqual([])
})

const spoilsNoOther = (series: Readonly<Record<string, number>>) => {
  expect(series).toMatchObject({
    'zstone_nic_readable{device="eth0"}': 0,
    'zstone_nic_readable{device="eth1"}': 1,
    'node_ethtool_received_bytes_total{device="eth1"}': 70,
  })
  expect(Object.keys(series).filter((name) => /eth0.*total|node_.*eth0/.test(name))).toEqual([])
}

test('a port that hangs says why, and spoils no other', async () => {
  program.answer({ '-S eth0': { hangs: true }, '-S eth1': ixgbe })
  const clock = createWatchedClock()
  const reading = collected(ethtool({ clock, deviceDeadlineMs: 300 }))
  await until(() => program.hangs() && clock.waiting(300) === 1)
  await clock.advance(300)
  spoilsNoOther(await reading)
  expect(reasons).toMatchObject([
    { device: 'eth0', reason: expect.stringContaining('not done within 300ms') },
  ])
})

test('a port that prints garbage says why, and spoils no other', async () => {
  for (const answer of ['\u0000\uffffgarbage\n', 'No such device']) {
    program.answer({ '-S eth0': answer, '-S eth1': ixgbe })
    spoilsNoOther(await collected(ethtool()))
  }
  expect(reasons).toMatchObject([
    { device: 'eth0', reason: expect.stringContaining('no counter in it') },
    { device: 'eth0', reason: expect.stringContaining('No such device') },
  ])
})

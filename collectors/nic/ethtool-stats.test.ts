import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { recorded } from '../fake/recorded.ts'
import { type EthtoolStats, isOfOneQueue, readEthtoolStats } from './ethtool-stats.ts'

const invented = (name: string) =>
  readFileSync(new URL(`../fixtures/nic/${name}`, import.meta.url), 'utf8')

const said = ({ driver, ...stats }: EthtoolStats) => [
  driver,
  stats.rxErrors,
  stats.txErrors,
  stats.rxDropsHardware,
  stats.rxDropsSoftware,
  stats.txDrops,
]

test('a Mellanox card drops for want of buffers, and that is the hardware', () => {
  const stats = readEthtoolStats(invented('mlx5_core.ethtool-S.txt'))
  expect(said(stats)).toEqual(['mlx5_core', 7, 0, 1205, 3, 2])
  expect(stats.heldInRxDropped).toBe(1200)
  expect(stats.counters.get('rx0_packets')).toBe(400)
  expect([...stats.troubles.keys()]).not.toContain('rx0_wqe_err')
})

test('one name in two meanings: ixgbe misses in hardware and drops in software', () => {
  const text = 'NIC statistics:\n  rx_missed_errors: 5\n  rx_no_dma_resources: 2\n  rx_dropped: 9\n'
  expect(readEthtoolStats(text)).toMatchObject({
    driver: 'ixgbe',
    rxDropsHardware: 7,
    rxDropsSoftware: 9,
    heldInRxDropped: 0,
  })
  expect(readEthtoolStats(text, 'i40e')).toMatchObject({ rxDropsHardware: 5, rxDropsSoftware: 9 })
  const older = text.replace('rx_missed_errors', 'rx_over_errors')
  expect(readEthtoolStats(older, 'i40e')).toMatchObject({ rxDropsHardware: 9, heldInRxDropped: 9 })
})

test('what a driver does not say is unknown, not zero', () => {
  const stats = readEthtoolStats('NIC statistics:\n     rx_queue_0_packets: 3\n')
  expect(said(stats)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined])
})

test('counters that several queues print under one name are added up', () => {
  const text = 'NIC statistics:\n Rx Queue#: 0\n pkts rx err: 2\n Rx Queue#: 1\n pkts rx err: 3\n'
  expect([...readEthtoolStats(text).counters]).toEqual([['pkts rx err', 5]])
})

test('a text without counters is refused with what it says', () => {
  expect(() => readEthtoolStats('no stats available\n')).toThrow(
    'Cannot read the answer of ethtool -S: no counter in it: no stats available',
  )
  expect(() => readEthtoolStats('')).toThrow('nothing was printed')
})

test('counters of single queues are told from counters of the device', () => {
  const ofQueues = ['rx0_packets', 'tx-12.bytes', '[3]: rx_discards', 'rxq0: rx_bytes', 'ch1_arm']
  const more = ['queue_0_tx_cnt', 'rx_queue_10_packets', 'tx-xdp-cpu-3.tx_packets', 'tx_xdp1_xmit']
  const ofDevice = [
    'rx_64_byte_packets',
    'rx_prio1_bytes',
    'tx_collide_2times',
    'rx_65b_127b_frames',
  ]
  expect([...ofQueues, ...more].filter((name) => !isOfOneQueue(name))).toEqual([])
  expect(ofDevice.filter(isOfOneQueue)).toEqual([])
})

test('whatever is cut or garbled, a counter is a finite number or absent', () => {
  const text = invented('mlx5_core.ethtool-S.txt')
  const change = fc.record({ at: fc.nat(text.length), cut: fc.nat(20), put: fc.string() })
  fc.assert(
    fc.property(change, ({ at, cut, put }) => {
      const stats = readEthtoolStats(text.slice(0, at) + put + text.slice(at + cut))
      const numbers = [...said(stats).slice(1), ...stats.counters.values()]
      expect(numbers.filter((value) => value !== undefined && !Number.isFinite(value))).toEqual([])
    }),
  )
})

/** By file: errors received and sent, drops received in hardware and software, drops sent. */
const facts: Record<string, readonly (number | undefined)[]> = {
  be2net: [7419, 0, 0, 0, 0],
  bnx2: [0, 0, 0, undefined, undefined],
  bnxt_en: [0, 0, 655430134 + 49337, 0, 0],
  e1000e: [0, 0, 0, undefined, 0],
  ena: [0, 0, undefined, 0, undefined],
  fsl_dpaa2_eth: [0, 0, 0, undefined, 0],
  i40e: [0, 0, 0, undefined, 0],
  iavf: [undefined, 0, 0, undefined, 0],
  ice: [0, 0, 0, undefined, 0],
  mlx5_core: [0, 0, 0, 0, 0],
  r8169: [0, 0, 0, undefined, 0],
  sfc: [0, 0, 27, 0, 0],
  tg3: [0, 0, 0, undefined, 0],
  vmxnet3: [0, 0, 0, 0, 0],
}

const folder = recorded === undefined ? undefined : new URL('ethtool-S/', recorded)
;(folder === undefined ? describe.skip : describe)('recorded devices (need the recordings)', () => {
  const files = folder === undefined ? [] : readdirSync(folder)
  const read = (file: string) => readFileSync(new URL(file, folder), 'utf8')

  test('every driver is known by its counters, and what it says of errors and drops is found', () => {
    for (const [driver, numbers] of Object.entries(facts))
      expect(said(readEthtoolStats(read(`${driver}.txt`)))).toEqual([driver, ...numbers])
  })

  test('every file is read, or refused with a reason', () => {
    for (const file of files) {
      if (/-(driver|settings)\.txt$/.test(file)) continue // Of other commands.
      expect(readEthtoolStats(read(file)).counters.size).toBeGreaterThan(7)
    }
    expect(said(readEthtoolStats(read('node_exporter-eth0-statistics.txt'), 'e1000e'))).toEqual([
      'e1000e',
      0,
      0,
      undefined,
      undefined,
      undefined,
    ])
  })
})

test('cards name what they lack in words of their own', () => {
  const stats = (...counters: string[]) => said(readEthtoolStats(counters.join('\n')))
  // An Emulex card with no fragment fetched has lost the frame itself.
  expect(stats('rx_drops_no_pbuf: 1', 'rxq0: rx_drops_no_frags: 5', 'rxq0: rx_drops_no_skbs: 2'))
    // Nothing is said of errors.
    .toEqual(['be2net', undefined, undefined, 6, 2, undefined])
  expect(
    stats(
      'mac_rx_fcs_err_pkt_num: 9',
      'mac_tx_err_all_pkt_num: 1',
      'rxq0_dropped: 3',
      'rxq1_dropped: 2',
    ),
  ).toEqual(['hns3', 9, 1, undefined, 5, undefined])
  expect(stats('dev_rx_discards: 4', 'dev_rx_errors: 3', 'dev_tx_discards: 2')).toEqual([
    'nfp',
    3,
    undefined,
    4,
    undefined,
    2,
  ])
  expect(stats('mmc_rx_crc_error: 2', 'mmc_rx_run_error: 1', 'mmc_rx_fifo_overflow: 6')).toEqual([
    'st_gmac',
    3,
    undefined,
    6,
    undefined,
    undefined,
  ])
})

test('what a cloud held back for want of an allowance is a trouble', () => {
  const { troubles } = readEthtoolStats('bw_in_allowance_exceeded: 7\nrx_packets: 9\n')
  expect([...troubles]).toEqual([['bw_in_allowance_exceeded', 7]])
})

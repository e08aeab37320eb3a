import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import type { Log } from '#lib/log'
import { createFakeProgram } from '../fake/program.ts'
import { recorded } from '../fake/recorded.ts'
import { collected } from '../fake/series.ts'
import { plantTree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { createLink } from './link.ts'
import { parseLinkSettings } from './link-settings.ts'

const invented = readFileSync(new URL('../fixtures/nic/eth0.ethtool.txt', import.meta.url), 'utf8')
const driver =
  'driver: mlx5_core\nversion: 6.1.0\nfirmware-version: 16.35.2000 (ZST01)\n' +
  'expansion-rom-version: \nbus-info: 0000:3b:00.0\nsupports-statistics: yes\n'
const program = createFakeProgram('ethtool')
const tree = plantTree({ files: { 'sys/class/net/eth0/device/uevent': 'DRIVER=mlx5_core\n' } })
const log = { warn() {}, info() {} } as unknown as Log

function link(text: string, expected?: ReadonlyMap<string, number>) {
  program.answer({ eth0: text, '-i eth0': driver })
  const files = createFiles(tree.root)
  const world = { clock: createManualClock(), log, files, ethtoolPath: program.path }
  return collected(createLink({ ...world, expected }))
}

afterAll(() => {
  program.remove()
  tree.remove()
})

test('a port has its modes and its driver under the names of node_exporter', async () => {
  expect(await link(invented)).toMatchObject({
    'node_network_supported_port_info{device="eth0", type="FIBRE"}': 1,
    'node_network_supported_speed_bytes{device="eth0", duplex="full", mode="25000baseCR"}': 3.125e9,
    'node_network_advertised_speed_bytes{device="eth0", duplex="full", mode="10000baseCR"}': 1.25e9,
    'node_network_autonegotiate{device="eth0"}': 1,
    'node_network_autonegotiate_supported{device="eth0"}': 1,
    'node_network_pause_supported{device="eth0"}': 1,
    'node_network_asymmetricpause_supported{device="eth0"}': 0,
    ['node_ethtool_info{bus_info="0000:3b:00.0", device="eth0", driver="mlx5_core", ' +
      'firmware_version="16.35.2000 (ZST01)", version="6.1.0"}']: 1,
  })
})

test('a link below the best that its port offers is visible', async () => {
  expect(await link(invented)).toMatchObject({
    'zstone_nic_speed_expected_bytes{device="eth0"}': 25e9 / 8,
    'zstone_nic_speed_below_expected{device="eth0"}': 1,
    'zstone_nic_duplex_full{device="eth0"}': 1,
  })
  const fast = await link(invented.replace('10000Mb/s', '25000Mb/s'))
  expect(fast['zstone_nic_speed_below_expected{device="eth0"}']).toBe(0)
})

test('a setting overrules what the port offers', async () => {
  const ofAll = await link(invented, new Map([['*', 10e9]]))
  expect(ofAll['zstone_nic_speed_below_expected{device="eth0"}']).toBe(0)
  const ofOne = await link(
    invented,
    new Map([
      ['*', 1e9],
      ['eth0', 40e9],
    ]),
  )
  expect(ofOne['zstone_nic_speed_expected_bytes{device="eth0"}']).toBe(5e9)
})

test('a link that is down has no speed, hence none below the expected', async () => {
  const down = invented
    .replace('10000Mb/s', 'Unknown!')
    .replace('Duplex: Full', 'Duplex: Unknown! (255)')
    .replace('Link detected: yes', 'Link detected: no (No cable)')
  const series = await link(down)
  expect(series['zstone_nic_speed_expected_bytes{device="eth0"}']).toBe(25e9 / 8)
  expect(Object.keys(series).filter((name) => /below|duplex_full/.test(name))).toEqual([])
})

test('whatever is cut or garbled, a speed is a finite number or absent', () => {
  const change = fc.record({ at: fc.nat(invented.length), cut: fc.nat(30), put: fc.string() })
  fc.assert(
    fc.property(change, ({ at, cut, put }) => {
      const text = invented.slice(0, at) + put + invented.slice(at + cut)
      const { bitsPerSecond = 0, supported, advertised } = parseLinkSettings(`${text}\nSpeed: x`)
      const speeds = [...supported.modes, ...advertised.modes].map((mode) => mode.bitsPerSecond)
      expect([bitsPerSecond, ...speeds].filter((speed) => !Number.isFinite(speed))).toEqual([])
    }),
  )
})

test('a text of no link is refused with what it says', () => {
  expect(() => parseLinkSettings('Settings for eth9:\n')).toThrow(
    'no link in it: Settings for eth9',
  )
})

const folder = recorded === undefined ? undefined : new URL('ethtool-link/', recorded)
;(folder === undefined ? describe.skip : describe)('recorded ports (need the recordings)', () => {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

  test('every recording is read, and its facts are found', () => {
    const names = folder === undefined ? [] : readdirSync(folder)
    const links = names.map((name) => parseLinkSettings(read(name)))
    expect(links.map((link) => [link.bitsPerSecond, link.duplex, link.ports, link.isUp])).toEqual([
      [1e9, 'full', ['TP'], true],
      [40e9, 'full', ['FIBRE'], true],
    ])
    expect(links.map((link) => link.supported.modes.length)).toEqual([5, 8])
    expect(links[1]?.advertised.modes.map((mode) => mode.mode)).toContain('40000baseSR4')
    expect(links[1]?.supported).toMatchObject({ pause: true, asymmetricPause: true })
  })

  test('the port of a node_exporter fixture has the modes that node_exporter finds', () => {
    const link = parseLinkSettings(read('../ethtool-S/node_exporter-eth0-settings.txt'))
    expect(link.supported.modes.map(({ mode, duplex }) => `${mode}/${duplex}`)).toEqual([
      '10baseT/half',
      '10baseT/full',
      '100baseT/half',
      '100baseT/full',
      '1000baseT/full',
      '10000baseT/full',
    ])
    expect(link).toMatchObject({ ports: ['TP', 'MII'], autonegotiates: true, bitsPerSecond: 1e9 })
  })
})

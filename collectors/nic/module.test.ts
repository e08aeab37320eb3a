import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import type { Log } from '#lib/log'
import { createFakeProgram, type FakeAnswer } from '../fake/program.ts'
import { recorded } from '../fake/recorded.ts'
import { collected } from '../fake/series.ts'
import { plantTree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { createModule } from './module.ts'
import { type Module, parseModule } from './module-text.ts'

const qsfp = readFileSync(new URL('../fixtures/nic/qsfp28.ethtool-m.txt', import.meta.url), 'utf8')
const program = createFakeProgram('ethtool')
const tree = plantTree({ files: { 'sys/class/net/eth0/device/uevent': 'DRIVER=ice\n' } })
const reasons: unknown[] = []
const log = { warn: (fields: unknown) => reasons.push(fields), info() {} } as unknown as Log

function module(answer: string | FakeAnswer) {
  program.answer({ '-m eth0': answer })
  const files = createFiles(tree.root)
  return collected(
    createModule({ clock: createManualClock(), log, files, ethtoolPath: program.path }),
  )
}

afterEach(() => {
  reasons.length = 0
})
afterAll(() => {
  program.remove()
  tree.remove()
})

test('a wide module has its lanes apart, and the flags that it raises', async () => {
  expect(await module(qsfp)).toEqual({
    ['zstone_nic_module_info{connector="MPO Parallel Optic", device="eth0", part="ZO-100SR4", ' +
      'revision="B", serial="ZO1234567", type="QSFP28", vendor="ZSTONE OPTICS"}']: 1,
    'zstone_nic_module_temperature_celsius{device="eth0"}': 41.25,
    'zstone_nic_module_volts{device="eth0"}': 3.271,
    'zstone_nic_module_bias_amperes{device="eth0", lane="1"}': expect.closeTo(0.00675, 9),
    'zstone_nic_module_bias_amperes{device="eth0", lane="2"}': expect.closeTo(0.0067, 9),
    'zstone_nic_module_transmit_power_watts{device="eth0", lane="1"}': expect.closeTo(0.0008511, 9),
    'zstone_nic_module_transmit_power_watts{device="eth0", lane="2"}': expect.closeTo(0.0008912, 9),
    'zstone_nic_module_receive_power_watts{device="eth0", lane="1"}': expect.closeTo(0.0007943, 9),
    'zstone_nic_module_receive_power_watts{device="eth0", lane="2"}': expect.closeTo(1e-7, 9),
    'zstone_nic_module_flags{device="eth0", severity="alarm"}': 1,
    'zstone_nic_module_flags{device="eth0", severity="warning"}': 2,
    ['zstone_nic_module_flag{device="eth0", lane="2", severity="alarm", ' +
      'what="laser rx power low"}']: 1,
    ['zstone_nic_module_flag{device="eth0", lane="2", severity="warning", ' +
      'what="laser rx power low"}']: 1,
    'zstone_nic_module_flag{device="eth0", severity="warning", what="module temperature high"}': 1,
  })
})

test('a port without a module is no fault', async () => {
  const complaint = 'netlink error: Operation not supported\n'
  expect(await module({ complaint, exitCode: 1 })).toEqual({})
  expect(reasons).toEqual([])
})

test('a text of no module is told with what it says', async () => {
  expect(await module('Offset  Values\n0x0000: 03 04\n')).toEqual({})
  expect(reasons).toMatchObject([
    { module: 'eth0', reason: expect.stringContaining('no module: Offset  Values') },
  ])
})

const numbersOf = ({ temperatureCelsius, volts, lanes }: Module) =>
  [
    temperatureCelsius,
    volts,
    ...lanes.flatMap(({ biasAmperes, transmitWatts, receiveWatts }) => [
      biasAmperes,
      transmitWatts,
      receiveWatts,
    ]),
  ].filter((value) => value !== undefined)

test('whatever is cut or garbled, a value is a finite number or absent', () => {
  const change = fc.record({ at: fc.nat(qsfp.length), cut: fc.nat(30), put: fc.string() })
  fc.assert(
    fc.property(change, ({ at, cut, put }) => {
      const text = qsfp.slice(0, at) + put + qsfp.slice(at + cut)
      const values = numbersOf(parseModule(`Identifier : 0x03 (SFP)\n${text}`))
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([])
    }),
  )
})

const folder = recorded === undefined ? undefined : new URL('ethtool-m/', recorded)
;(folder === undefined ? describe.skip : describe)('recorded modules (need the recordings)', () => {
  const read = (name: string) => parseModule(readFileSync(new URL(name, folder), 'utf8'))

  test('every recording is read, with its sensors where it has any', () => {
    const names = folder === undefined ? [] : readdirSync(folder)
    expect(
      names.map((name) => {
        const { identity, temperatureCelsius, volts, lanes, flags } = read(name)
        const [lane] = lanes
        const light = lane?.receiveWatts?.toPrecision(2)
        const sensors = [temperatureCelsius, volts, lanes.length, light]
        return [name, identity.type, identity.vendor, ...sensors, flags.length]
      }),
    ).toEqual([
      ['ddm-no-fiber.txt', 'SFP', 'FS', expect.any(Number), expect.any(Number), 1, '1.0e-7', 2],
      ['ddm.txt', 'SFP', 'FS', 38, 3.4844, 1, '0.0000044', 0],
      ['jc-module-info-qsfp.txt', 'SFP', 'EDGE', 34.99, 3.2995, 1, '1.0e-7', 2],
      ['jc-module-info.txt', 'SFP', 'UbiquitiNetworks', undefined, undefined, 0, undefined, 0],
      ['no-ddm.txt', 'SFP', 'Intel Corp', undefined, undefined, 0, undefined, 0],
    ])
  })
})

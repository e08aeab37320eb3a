import { readFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Clock, createManualClock } from '#lib/clock'
import type { Log } from '#lib/log'
import { until } from '#test/until'
import { createFakeProgram, type FakeAnswer } from '../fake/program.ts'
import { recorded } from '../fake/recorded.ts'
import { collected, seriesOf } from '../fake/series.ts'
import { createWatchedClock } from '../fake/watched-clock.ts'
import { createFamilies } from '../families.ts'
import { parseFreeipmiEvents, parseIpmitoolEvents, parsePower } from './events.ts'
import { createIpmi } from './ipmi.ts'
import { addBmc } from './metrics.ts'
import { parseFreeipmiSensors, parseIpmitoolSensors } from './sensors.ts'
import { parseSupplies } from './supplies.ts'

const invented = (name: string) =>
  readFileSync(new URL(`../fixtures/bmc/${name}.txt`, import.meta.url), 'utf8')

const program = createFakeProgram('ipmitool')
const reasons: unknown[] = []
const log = { warn: (fields: unknown) => reasons.push(fields), info() {} } as unknown as Log
const answers = {
  sensor: invented('sensor'),
  'sdr type Power Supply': invented('supplies'),
  'sel info': invented('sel-info'),
  'sel elist last 1': invented('sel-newest'),
  'dcmi power reading': invented('dcmi'),
}

type Answers = Readonly<Record<string, string | FakeAnswer>>

function ipmi(changed: Answers = {}, clock: Clock = createManualClock()) {
  program.answer({ ...answers, ...changed })
  const world = { clock, log, freeipmiFolder: '/nowhere/' }
  return collected(createIpmi({ ...world, ipmitoolPath: program.path, questionDeadlineMs: 500 }))
}

afterEach(() => {
  reasons.length = 0
})
afterAll(() => program.remove())

test('sensors bear the names of the textfile collector, and their state beside', async () => {
  const series = await ipmi()
  expect(series).toMatchObject({
    'node_ipmi_temperature_celsius{sensor="Inlet Temp"}': 22,
    'node_ipmi_temperature_celsius{sensor="Temp"}': 45,
    'node_ipmi_temperature_celsius{sensor="Temp #2"}': 91,
    'node_ipmi_speed_rpm{sensor="Fan2"}': 0,
    'node_ipmi_volts{sensor="Voltage 1"}': 230,
    'node_ipmi_current_amperes{sensor="Current 1"}': 0.6,
    'node_ipmi_power_watts{sensor="Pwr Consumption"}': 140,
    'node_ipmi_status{sensor="PS1 Status"}': 1,
    'zstone_bmc_sensor_state{kind="temperature", sensor="Temp #2", state="critical"}': 1,
    'zstone_bmc_sensor_state{kind="fan", sensor="Fan1", state="ok"}': 1,
    'zstone_bmc_sensor_state{kind="fan", sensor="Fan2", state="critical"}': 1,
    'zstone_bmc_sensor_state{kind="power", sensor="Pwr Consumption", state="warning"}': 1,
  })
  const absent = /Fan3|_status.*PS2|Utilization/
  expect(Object.keys(series).filter((name) => absent.test(name))).toEqual([])
})

test('power supplies, the newest event and the power of the machine are told', async () => {
  expect(await ipmi()).toMatchObject({
    ['zstone_bmc_power_supply_state{said="Redundancy Lost", state="critical", ' +
      'supply="PS Redundancy"}']: 1,
    ['zstone_bmc_power_supply_state{said="Presence detected", state="ok", ' +
      'supply="PS1 Status"}']: 1,
    ['zstone_bmc_power_supply_state{said="Presence detected, Power Supply AC lost", ' +
      'state="critical", supply="PS2 Status"}']: 1,
    'zstone_bmc_power_supply_state{said="No Reading", state="absent", supply="PS3 Status"}': 1,
    zstone_bmc_events: 481,
    zstone_bmc_events_used_ratio: 0.47,
    ['zstone_bmc_event_newest_info{event="Power Supply AC lost, Asserted", ' +
      'sensor="Power Supply #0x86", time="11/20/2026 22:11:09"}']: 1,
    zstone_bmc_power_watts: 143,
  })
})

test('a question that is not answered costs only its own answer', async () => {
  const invalid = { complaint: 'DCMI request failed because: Invalid command', exitCode: 1 }
  const refusing = {
    'sel info': { complaint: 'Get SEL Info command failed\n', exitCode: 1 },
    'sdr type Power Supply': { hangs: true },
    'dcmi power reading': invalid,
  } as const
  const clock = createWatchedClock()
  const reading = ipmi(refusing, clock)
  await until(() => program.hangs() && clock.waiting(500) === 1)
  await clock.advance(500)
  const series = await reading
  expect(series['node_ipmi_speed_rpm{sensor="Fan1"}']).toBe(5880)
  expect(Object.keys(series).filter((name) => /supply|events|power_watts$/.test(name))).toEqual([])
  expect(reasons).toHaveLength(2)
  expect(reasons).toMatchObject([
    { question: 'power supplies', reason: expect.stringContaining('not done within') },
    { question: 'events', reason: expect.stringContaining('Get SEL Info command failed') },
  ])
})

test('a machine without a controller, or without a tool, has nothing to tell', async () => {
  const complaint = 'Could not open device at /dev/ipmi0 or /dev/ipmi/0: No such file or directory'
  expect(await ipmi({ sensor: { complaint, exitCode: 1 } })).toEqual({})
  const world = { clock: createManualClock(), log, freeipmiFolder: '/nowhere/' }
  expect(await collected(createIpmi({ ...world, ipmitoolPath: '/nowhere/ipmitool' }))).toEqual({})
  expect(reasons).toEqual([])
})

test('garbage in the place of sensors fails the collector with what was said', async () => {
  await expect(ipmi({ sensor: 'Get Device ID command failed\n' })).rejects.toThrow(
    'Cannot read the answer of ipmitool sensor: Get Device ID command failed',
  )
})

test('whatever is cut or garbled, a value is a finite number or absent', () => {
  const texts = Object.values(answers)
  const put = fc.oneof(fc.string(), fc.constantFrom('|', '1e999', 'NaN', '0xffffffffffffffff'))
  const change = fc.record({
    text: fc.nat(texts.length - 1),
    at: fc.nat(1500),
    cut: fc.nat(30),
    put,
  })
  fc.assert(
    fc.property(change, ({ text, at, cut, put }) => {
      const changed = texts.map((whole, i) =>
        i === text ? whole.slice(0, at) + put + whole.slice(at + cut) : whole,
      )
      const [sensor = '', supplies = '', info = '', list = '', dcmi = ''] = changed
      const families = createFamilies()
      addBmc(families, {
        sensors: [...parseIpmitoolSensors(sensor), ...parseFreeipmiSensors(sensor)],
        supplies: parseSupplies(supplies),
        events: parseIpmitoolEvents(info, list),
        powerWatts: parsePower(dcmi),
      })
      const values = Object.values(seriesOf(families.list()))
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([])
    }),
  )
})

const folder = recorded === undefined ? undefined : new URL('ipmi/', recorded)
;(folder === undefined ? describe.skip : describe)('recorded answers (need the recordings)', () => {
  const read = (name: string) => readFileSync(new URL(`${name}.txt`, folder), 'utf8')

  test('every recording is read, and its facts are found', () => {
    expect(parsePower(read('ipmi_dcmi_sample_output'))).toBe(105)
    expect(parseFreeipmiEvents(read('ipmi_sel_sample_output'))).toEqual({
      count: 5,
      used: undefined,
      newest: {
        time: 'Jul-09-2023 13:57:50',
        sensor: 'System Board ACPI_Stat',
        event: 'S0/G0',
      },
    })
    expect(parseFreeipmiSensors(read('ipmimonitoring_sample_output'))).toEqual([
      { name: 'UID', kind: 'discrete', value: undefined, health: undefined },
      { name: 'SysHealth_Stat', kind: 'discrete', value: undefined, health: 'ok' },
      { name: '01-Inlet Ambient', kind: 'temperature', value: 20, health: 'ok' },
    ])
    expect(parseSupplies(read('ipmitool_sdr_ps_sample_output'))).toEqual([
      { name: 'PS Redundancy', health: 'ok', said: 'Fully Redundant' },
      { name: 'Status', health: 'ok', said: 'Presence detected' },
      { name: 'Status #2', health: 'ok', said: 'Presence detected' },
    ])
  })
})

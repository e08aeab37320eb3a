import { expect, test } from '@jest/globals'
import { factsOfNvmeCli, listedDevices } from './of-nvme-cli.ts'

const log = {
  critical_warning: 0,
  temperature: 324,
  avail_spare: 100,
  percent_used: 3,
  data_units_read: 9_898_518,
  data_units_written: 136_157_684,
  power_on_hours: 4974,
  media_errors: 0,
}

test('counters may be numbers, floats or text, and the temperature is in Kelvin', () => {
  const asText = Object.fromEntries(Object.entries(log).map(([key, value]) => [key, `${value}`]))
  for (const answer of [log, asText])
    expect(factsOfNvmeCli(answer)).toMatchObject({
      kind: 'nvme',
      temperatureCelsius: 51,
      powerOnHours: 4974,
      healthPassed: true,
      wear: { nvme: 3 },
      bytesWritten: 136_157_684 * 512_000,
      mediaErrors: 0,
      availableSparePercent: 100,
      exitStatus: undefined,
    })
})

test('from 2.11 the critical warning is an object', () => {
  const critical_warning = { value: 12, available_spare: 0, ro: 1 }
  expect(factsOfNvmeCli({ ...log, critical_warning })).toMatchObject({
    criticalWarning: 12,
    healthPassed: false,
    healthReasons: [
      'Reliability is degraded, by media errors or by wear beyond the rated endurance',
      'Media is read-only',
    ],
  })
})

test('what a log leaves out is unknown, not zero', () => {
  expect(factsOfNvmeCli({ percent_used: 1, temperature: 0 })).toMatchObject({
    temperatureCelsius: undefined,
    powerOnHours: undefined,
    healthPassed: undefined,
    bytesWritten: undefined,
    serial: undefined,
  })
})

test('both layouts of the list are understood, and an empty one', () => {
  const who = { ModelNumber: 'ZST NVME', SerialNumber: 'Z1', Firmware: '1.0' }
  const flat = { Devices: [{ DevicePath: '/dev/nvme0n1', ...who, PhysicalSize: 4096 }] }
  const namespaces = [{ NSID: 1, PhysicalSize: 4096 }]
  const nested = {
    Devices: [{ Subsystems: [{ Controllers: [{ ...who, Namespaces: namespaces }] }] }],
  }
  for (const list of [flat, nested])
    expect(listedDevices(list)).toMatchObject([
      { model: 'ZST NVME', serial: 'Z1', firmware: '1.0', capacityBytes: 4096 },
    ])
  expect(listedDevices({ Devices: [] })).toEqual([])
  expect(listedDevices(log)).toBeUndefined()
})

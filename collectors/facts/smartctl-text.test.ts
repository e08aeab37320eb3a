import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { factsOfSmartctl } from './of-smartctl.ts'
import { smartctlTextAsJson } from './smartctl-text.ts'

const factsOf = (name: string) => {
  const url = new URL(`../fixtures/text/${name}.txt`, import.meta.url)
  return factsOfSmartctl(smartctlTextAsJson(readFileSync(url, 'utf8')))
}

test('the text of a SAS disk: elements, not bytes, and numbers of another locale', () => {
  expect(factsOf('sas-ssd')).toMatchObject({
    kind: 'sas-ssd',
    model: 'ZSTONE SX1600S',
    serial: 'ZSTSAS0001',
    firmware: 'Z0A1',
    capacityBytes: 1_600_321_314_816,
    temperatureCelsius: 41,
    powerOnHours: 31_234,
    healthPassed: false,
    healthReasons: [
      'The device calls itself failing: ' +
        'FIRMWARE IMPENDING FAILURE TOO MANY BLOCK REASSIGNS [asc=5d, ascq=64]',
    ],
    reallocatedSectors: 24,
    pendingSectors: 5,
    mediaErrors: 3,
    wear: { scsi: 107 },
    bytesWritten: 987_654_321_000_000,
    bytesExact: { read: 4_123_500_000_000n },
  })
})

test('the attribute table of smartctl -a, with raw values that say more than a count', () => {
  const facts = factsOf('sata-hdd')
  expect(facts).toMatchObject({
    kind: 'sata-hdd',
    model: 'ZST HD-2000',
    family: 'ZStone Platter',
    capacityBytes: 2_000_398_934_016,
    temperatureCelsius: 33,
    powerOnHours: 38_098,
    healthPassed: true,
    reallocatedSectors: 17,
    pendingSectors: 8,
    offlineUncorrectable: 9,
    bytesWritten: 51_234_567_890 * 512,
  })
  expect(facts.healthReasons).toEqual([
    'Attribute 10 Spin_Retry_Count was once at 100, at or below its threshold of 97',
    'Attribute 190 Airflow_Temperature_Cel is at 68, at or below its threshold of 45',
  ])
  expect(facts.attributes.map(({ id }) => id)).toEqual([1, 5, 9, 10, 190, 194, 197, 198, 241])
})

test('device statistics speak before attributes that cannot be', () => {
  expect(factsOf('sata-ssd')).toMatchObject({
    kind: 'sata-ssd',
    serial: undefined,
    temperatureCelsius: 31,
    powerOnHours: 12_345,
    healthPassed: false,
    reallocatedSectors: 4015,
    pendingSectors: undefined,
    wear: { devstat: 112 },
    bytesWritten: 82_559_555_897 * 512,
    bytesRead: undefined,
  })
})

test('the text of an NVMe device, with a counter that a number would round', () => {
  expect(factsOf('nvme')).toMatchObject({
    kind: 'nvme',
    model: 'ZST NVME 3840',
    temperatureCelsius: 45,
    powerOnHours: 27_454,
    healthPassed: false,
    mediaErrors: 14,
    availableSparePercent: 4,
    criticalWarning: 9,
    wear: { nvme: 131 },
    bytesExact: { written: 36_893_488_147_419_103n * 512_000n },
  })
})

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

test('smartctl 5 names a SCSI disk on one line, and its model that it turns', () => {
  expect(factsOf('sas-hdd-5')).toMatchObject({
    kind: 'sas-hdd',
    model: 'ZSTONE ST3300999SS',
    firmware: '0007',
    powerOnHours: 9876,
    reallocatedSectors: 5,
    mediaErrors: 1,
    bytesWritten: 1_243_421_000_000,
  })
})

const ofTable = (...rows: string[]) => {
  const head = 'ID# ATTRIBUTE_NAME          FLAGS    VALUE WORST THRESH FAIL RAW_VALUE'
  return factsOfSmartctl(smartctlTextAsJson([head, ...rows].join('\n')))
}

test('a table alone tells flash from platters by what wears, which spindles do not', () => {
  const spindle = ' 10 Spin_Retry_Count        PO--CK   100   100   050    -    0'
  const cells = '173 Erase_Count             -O--C-   199   199   000    -    7'
  expect(ofTable(spindle).kind).toBe('sata-hdd')
  expect(ofTable(spindle, cells).kind).toBe('sata-ssd')
  // A number that older databases take for one of cells, on a disk whose heads do move.
  const cell = '181 Program_Fail_Cnt_Total  -O--CK   100   100   000    -    44'
  expect(ofTable(cell, spindle.replace(/0$/, '3')).kind).toBe('sata-hdd')
  expect(ofTable('  5 Reallocated_Sector_Ct   PO--CK   100   100   050    -    0').kind).toBe(
    undefined,
  )
})

test('hours that a disk counts in minutes, and degrees of a sensor that is not there', () => {
  const row = (start: string) => ofTable(`${start}   131   131   000    -    `)
  expect(ofTable('  9 Power_On_Minutes        -O--CK   131   131   000    -    1024h+56m')).toEqual(
    expect.objectContaining({ powerOnHours: 1024 }),
  )
  expect(
    ofTable('  9 Power_On_Half_Minutes   -O--CK   131   131   000    -    99').powerOnHours,
  ).toBe(undefined)
  expect(row('').attributes).toEqual([])
  const sensor = (raw: string) =>
    ofTable(`194 Temperature_Celsius     -O---K   100   100   000    -    ${raw}`)
      .temperatureCelsius
  expect(sensor('128 (0 127 0 129 0)')).toBeUndefined()
  expect(sensor('1142947877')).toBe(37) // Extremes in the words above, which nobody took apart.
  expect(sensor('31 (Min/Max 20/33)')).toBe(31)
})

test('an attribute without a name has one of two words in old tables', () => {
  const row =
    '194 Unknown Attribute       0x0000   030   100   000    Old_age   Offline      -       30'
  expect(ofTable(row).temperatureCelsius).toBe(30)
})

test('a count whose separators are strange is unknown rather than its first digits', () => {
  const hours = (text: string) =>
    factsOfSmartctl(smartctlTextAsJson(`NVMe Version: 1.4\nPower On Hours: ${text}`)).powerOnHours
  expect(['3,387', '3 387', '3\ufffd387', '3’387', '3?387'].map(hours)).toEqual(Array(5).fill(3387))
  expect(['3,3', '12,34,567', '3.387,5', 'n/a'].map(hours)).toEqual(Array(4).fill(undefined))
})

test('the last self-test is told of, if it found the device at fault', () => {
  const row = '# 1  Extended offline    Completed: read failure       40%      2528         1220'
  expect(ofTable(row).healthReasons).toEqual(['Its last self-test found: Completed: read failure'])
  expect(ofTable(row.replace('# 1', '# 2')).healthReasons).toEqual([])
  expect(ofTable(row.replace(': read failure', ' without error')).healthReasons).toEqual([])
})

test('a serial number that was blotted out is unknown, however it was done', () => {
  const serial = (text: string) =>
    factsOfSmartctl(smartctlTextAsJson(`Device Model: ZST\nSerial Number:    ${text}`)).serial
  expect(
    ['--', '<removed>', '.....', '****', '@@@@', '[No Information Found]'].map(serial),
  ).toEqual(Array(6).fill(undefined))
  expect(['Z1-0', 'XXXX', 'No.1'].map(serial)).toEqual(['Z1-0', 'XXXX', 'No.1'])
})

test('the statistics of a solid state device alone tell what it is and its wear', () => {
  const row = '0x07  0x008  1              20  N--  Percentage Used Endurance Indicator'
  const facts = factsOfSmartctl(smartctlTextAsJson(`Device Statistics (GP Log 0x04)\n${row}`))
  expect(facts).toMatchObject({ kind: 'sata-ssd', wear: { devstat: 20 } })
})

test('a bridge that smartctl does not know is complained of in its words', () => {
  const said = '/dev/sda: Unknown USB bridge [0x152d:0xb581 (0x4403)]'
  expect(smartctlTextAsJson(`smartctl 7.2\n\n${said}\n`)['smartctl']).toMatchObject({
    messages: [{ string: said }],
  })
})

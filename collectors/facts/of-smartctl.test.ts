import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { type Json, parseJson } from '../smart/json.ts'
import { factsOfSmartctl } from './of-smartctl.ts'

const recording = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/smart/${name}.json`, import.meta.url), 'utf8'))

const ssd = (
  rows: readonly (readonly [id: number, name: string, raw: string])[],
  more: Json = {},
) =>
  factsOfSmartctl({
    device: { type: 'sat', protocol: 'ATA' },
    rotation_rate: 0,
    ata_smart_attributes: {
      table: rows.map(([id, name, string]) => ({ id, name, value: 100, raw: { string } })),
    },
    ...more,
  })
const statistics = (page: number, rows: readonly (readonly [offset: number, value: number])[]) => ({
  number: page,
  table: rows.map(([offset, value]) => ({ offset, value, flags: { valid: true } })),
})

test('the facts of an NVMe device, a SATA disk and a SAS disk', () => {
  expect(factsOfSmartctl(recording('nvme0'))).toMatchObject({
    kind: 'nvme',
    wear: { nvme: 104 },
    mediaErrors: 2,
    bytesWritten: 3_000_000 * 512_000,
  })
  expect(factsOfSmartctl(recording('sda'))).toMatchObject({
    kind: 'sata-hdd',
    model: 'ZST HD-4000',
    reallocatedSectors: 312,
    pendingSectors: 160,
    exitStatus: 64,
    wear: {},
  })
  expect(factsOfSmartctl(recording('sdb'))).toMatchObject({
    kind: 'sas-hdd',
    reallocatedSectors: 7,
    mediaErrors: 1,
    bytesRead: 3_641_125_000_000,
  })
})

test('a counter beyond 64 bits survives to the last digit', () => {
  const text =
    '{"device": {"protocol": "NVMe"}, "nvme_smart_health_information_log": {' +
    '"data_units_written_s": "36893488147419103233", "data_units_read": 18446744073709551615}}'
  const { bytesExact } = factsOfSmartctl(parseJson(text) ?? {})
  expect(bytesExact).toEqual({
    written: 36_893_488_147_419_103_233n * 512_000n,
    read: 18_446_744_073_709_551_615n * 512_000n,
  })
})

test('smartctl 7.5 guesses the wear of an ATA device from attributes, which is not believed', () => {
  const guess = { endurance_used: { current_percent: 0 }, spare_available: { current_percent: 97 } }
  const facts = ssd([[5, 'Reallocated_Sector_Ct', '0']], guess)
  expect(facts.wear).toEqual({ nvme: undefined, devstat: undefined, scsi: undefined })
  expect(facts.availableSparePercent).toBe(97)
  const sas = { device: { protocol: 'SCSI' }, endurance_used: { current_percent: 4 } }
  expect(factsOfSmartctl(sas).wear.scsi).toBe(4)
})

test('255 in the device statistics means that the drive does not count', () => {
  const wear = (value: number) =>
    ssd([], { ata_device_statistics: { pages: [statistics(7, [[8, value]])] } }).wear.devstat
  expect([3, 254, 255].map(wear)).toEqual([3, 254, undefined])
})

test('the unit of bytes written is that of the name, or what it can only be', () => {
  const written = (name: string, raw: string, more?: Json) =>
    ssd([[241, name, raw]], more).bytesWritten
  expect(written('Host_Writes_32MiB', '942886')).toBe(942_886 * 32 * 1024 ** 2)
  expect(written('Lifetime_Writes_GiB', '2779')).toBe(2779 * 1024 ** 3)
  expect(written('Total_LBAs_Written', '674302149895')).toBe(674_302_149_895 * 512)
  expect(written('Total_LBAs_Written', '15861')).toBeUndefined()
  expect(written('Total_LBAs_Written', '15861', { model_name: 'SAMSUNG MZ7X' })).toBe(15_861 * 512)
  // In 32 bits the counter of an old disk starts again.
  const hdd = { rotation_rate: 7200 }
  expect(written('Total_LBAs_Written', '1804039349', hdd)).toBeUndefined()
  expect(written('Total_LBAs_Written', '28111655801', hdd)).toBe(28_111_655_801 * 512)
})

test('device statistics that keep the lower 32 bits only are found out', () => {
  const cut = [
    [0x18, 39_540_472_191 % 2 ** 32],
    [0x28, 3_001_033_982],
  ] as const
  const pages = { ata_device_statistics: { pages: [statistics(1, cut)] } }
  const facts = ssd([[246, 'Total_LBAs_Written', '39540472191']], pages)
  expect(facts.bytesWritten).toBe(39_540_472_191 * 512)
  expect(facts.bytesRead).toBeUndefined()
})

test('an id that means something else on this drive is no count of bad sectors', () => {
  const facts = ssd([
    [5, 'Runtime_Something', '7'],
    [197, 'Total_Unc_Read_Failures', '9'],
    [198, 'Total_Read_Sectors', '123456'],
  ])
  expect(facts).toMatchObject({
    reallocatedSectors: undefined,
    pendingSectors: undefined,
    offlineUncorrectable: undefined,
  })
})

test('zeros of firmware that knows nothing are unknown', () => {
  const answer = { device: { protocol: 'SCSI' }, temperature: { current: 0, drive_trip: 0 } }
  expect(factsOfSmartctl(answer).temperatureCelsius).toBeUndefined()
})

test('a log of ones was never read, whatever it seems to say', () => {
  const log = { available_spare: 255, percentage_used: 255, critical_warning: 255 }
  const more = { temperature: 65_262, media_errors: 2 ** 64, data_units_written: 2 ** 64 }
  const facts = factsOfSmartctl({
    model_name: 'ZST NVME',
    device: { protocol: 'NVMe' },
    smart_status: { passed: false },
    nvme_smart_health_information_log: { ...log, ...more },
  })
  expect(facts).toMatchObject({
    kind: 'nvme',
    model: 'ZST NVME',
    wear: {},
    criticalWarning: undefined,
  })
  expect(facts.healthReasons).toEqual([
    'Its health log is ones in every bit: the device did not answer',
  ])
  expect([facts.mediaErrors, facts.healthPassed, facts.bytesWritten]).toEqual(
    Array(3).fill(undefined),
  )
})

test('the temperature of a SCSI device may stand among its environment only', () => {
  const environment = { temperature_1: { current: 42 } }
  const answer = { device: { protocol: 'SCSI' }, scsi_environmental_reports: environment }
  expect(factsOfSmartctl(answer).temperatureCelsius).toBe(42)
})

test('a SCSI disk that does not say whether it turns is known by its rated starts or its name', () => {
  const kind = (more: Json) => factsOfSmartctl({ device: { protocol: 'SCSI' }, ...more }).kind
  const cycles = (count: number) => ({
    scsi_start_stop_cycle_counter: { specified_cycle_count_over_device_lifetime: count },
  })
  expect([cycles(50_000), cycles(0), {}].map(kind)).toEqual(['sas-hdd', undefined, undefined])
  const named = (scsi_product: string) => kind({ scsi_product })
  expect(['ST3146855SS', 'HUC109030CSS600', 'ST400FM0053', 'PX05SMB080Y'].map(named)).toEqual([
    'sas-hdd',
    'sas-hdd',
    undefined,
    undefined,
  ])
})

test('more bytes than a link could carry in its hours were never written', () => {
  const hours = { power_on_time: { hours: 1250 } }
  expect(ssd([[241, 'Total_LBAs_Written', '66916845706732']], hours).bytesWritten).toBeUndefined()
  expect(ssd([[241, 'Total_LBAs_Written', '24013587236']], hours).bytesWritten).toBe(
    24_013_587_236 * 512,
  )
})

test('statistics cut to 32 bits are made whole by an attribute that counts blocks of 32 MiB', () => {
  const cut = [
    [0x18, 395_636_954],
    [0x28, 1_794_730_789],
  ] as const
  const pages = { ata_device_statistics: { pages: [statistics(1, cut)] } }
  const facts = ssd(
    [
      [241, 'Total_LBAs_Written', '71572'],
      [242, 'Host_Reads_32MiB', '158457'],
    ],
    pages,
  )
  expect(facts.bytesWritten).toBe((395_636_954 + 2 ** 32) * 512)
  expect(facts.bytesRead).toBe((1_794_730_789 + 2 * 2 ** 32) * 512)
})

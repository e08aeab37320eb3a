import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SmartAttribute } from '../facts/device-facts.ts'
import { attributeWear } from './attributes.ts'
import type { DriveFacts } from './drive.ts'
import { wearTable } from './table.ts'
import { wearOf } from './wear.ts'

/** id → [normalised value, raw as printed, name]. */
type Attributes = Record<number, readonly [value: number, raw: string | number, name?: string]>

const drive = (model: string, of: Attributes, rest: Partial<DriveFacts> = {}): DriveFacts => ({
  model,
  family: undefined,
  firmware: undefined,
  capacityBytes: 480e9,
  attributes: Object.entries(of).map(
    ([id, [value, raw, name = 'Unknown_Attribute']]): SmartAttribute => ({
      id: Number(id),
      name,
      value,
      worst: value,
      thresh: 0,
      whenFailed: '-',
      raw: undefined,
      rawText: String(raw),
    }),
  ),
  ...rest,
})

const percent = (facts: DriveFacts) => attributeWear(facts)?.percent

const phison = { 168: [100, 0], 170: [100, 89], 173: [100, 1_966_120] } as const
const siliconMotion = { 160: [100, 0], 161: [100, 90], 167: [100, 470], 168: [100, 1000] } as const

test('what the device itself says comes before its attributes', () => {
  const facts = { kind: 'sata-ssd', ...drive('INTEL SSDX', { 233: [60, 0] }) } as const
  const wear = { nvme: undefined, devstat: undefined, scsi: undefined }
  const none = { wear } as Parameters<typeof wearOf>[0]
  expect(wearOf({ ...none, ...facts })).toEqual({ percent: 40, source: 'attribute' })
  expect(wearOf({ ...none, ...facts, wear: { ...wear, devstat: 137 } })).toEqual({
    percent: 137,
    source: 'devstat',
  })
  expect(wearOf({ ...none, ...facts, wear: { ...wear, nvme: 0 } })?.source).toBe('nvme')
  expect(wearOf({ ...none, ...facts, wear: { ...wear, scsi: 3 } })?.source).toBe('scsi')
})

test('a disk that turns has no wear, whatever its attributes are called', () => {
  const facts = { kind: 'sata-hdd', ...drive('DISK 9000', { 231: [60, 40, 'SSD_Life_Left'] }) }
  const wear = { nvme: undefined, devstat: undefined, scsi: undefined }
  expect(wearOf({ ...facts, wear } as Parameters<typeof wearOf>[0])).toBeUndefined()
})

test('the same attribute number means other things with other controllers', () => {
  const life = { 231: [22, 78] } as const
  expect(percent(drive('ACME P1', { ...phison, ...life }))).toBe(22)
  expect(percent(drive('ACME M1', { 100: [100, 9], 101: [100, 9], 231: [58, 42] }))).toBe(42)
  expect(percent(drive('ACME P1', { ...phison, 231: [100, 94] }))).toBe(6)
})

test('of the three words of SanDisk the middle one is wear, however it is printed', () => {
  const layout = { 232: [100, 100], 233: [100, 7] } as const
  expect(percent(drive('SanDisk X', { ...layout, 230: [100, '5700 3911 5700'] }))).toBe(15)
  expect(percent(drive('WDC X', { ...layout, 230: [5, '0x055604500556'] }))).toBe(4)
  expect(percent(drive('SanDisk X', { ...layout, 230: [100, 1034] }))).toBe(4)
  expect(percent(drive('SanDisk X', { ...layout, 230: [100, '9999 9999 9999'] }))).toBeUndefined()
})

test('where OEM firmware counts writes in 233, what is left stands in 245', () => {
  const oem = { 201: [100, 9], 226: [100, 9], 233: [100, 5_209_660] } as const
  for (const model of ['INTEL SSDX', 'SAMSUNG MZ7KM1', 'Micron MTFDDAK1'])
    expect(percent(drive(model, { ...oem, 177: [97, 3], 202: [100, 0], 245: [91, 91] }))).toBe(9)
})

test('a figure that stopped when the drive was worn out goes on by its erase count', () => {
  expect(percent(drive('Samsung SSD 860 PRO 256GB', { 177: [1, 2919] }))).toBe(139)
  expect(percent(drive('CT500MX500SSD1', { 173: [201, 2336], 202: [201, 155] }))).toBe(155)
  expect(percent(drive('CT250MX200SSD1', { 173: [1, 3379], 202: [0, 100] }))).toBe(112.6)
  expect(percent(drive('ACME S1', { ...siliconMotion, 167: [100, 1540], 169: [100, 0] }))).toBe(154)
})

test('a life of 100 that no erase count supports is not believed', () => {
  const unused = { 160: [100, 0], 161: [100, 0], 164: [100, 1179], 167: [100, 0] } as const
  expect(percent(drive('ACME S1', { ...unused, 169: [100, 100] }))).toBeUndefined()
})

test('a default name at 100 says nothing, fallen it does', () => {
  const wearout = (value: number) => ({ 233: [value, 8, 'Media_Wearout_Indicator'] }) as const
  expect(percent(drive('ACME Z1', wearout(100)))).toBeUndefined()
  expect(percent(drive('ACME Z1', wearout(88)))).toBe(12)
})

test('whatever the attributes say, wear is absent or between 0 and 255', () => {
  const attribute = fc.tuple(
    fc.constantFrom(...'177 202 230 231 233 245 164 165 166 167 168 169 170 173 100'.split(' ')),
    fc.tuple(fc.integer({ min: -1, max: 300 }), fc.oneof(fc.nat(2 ** 48), fc.string())),
  )
  fc.assert(
    fc.property(fc.array(attribute), fc.string(), (of, model) => {
      const found = percent(drive(model, Object.fromEntries(of)))
      expect(found === undefined || (found >= 0 && found <= 255)).toBe(true)
    }),
  )
})

test('every row has a name of its own and a reason', () => {
  expect(new Set(wearTable.map(({ name }) => name)).size).toBe(wearTable.length)
  expect(wearTable.filter(({ why }) => why.length < 30)).toEqual([])
})

test('an attribute is not read by its number where its name says something else', () => {
  const silicon = { ...siliconMotion, 169: [100, 0, 'Power_On_Uncorr_Err_Cnt'] } as const
  const rated = { 248: [93, 93, 'Perc_Rated_Life_Remain'] } as const
  expect(percent(drive('ZST X-600', { ...silicon, ...rated }))).toBe(7)
  const innodisk = { 165: [63, 63], 167: [0, 39], 170: [100, 143], 235: [0, '0 0 0'] } as const
  expect(percent(drive('ZST 3TE', { ...innodisk, 169: [100, 98] }))).toBe(4.2)
  const left = { 169: [99, 99, 'Remaining_Lifetime_Perc'] } as const
  expect(percent(drive('ZST 3ME', { ...innodisk, ...left }))).toBe(1)
  expect(percent(drive('ZST 3ME', { ...innodisk, 169: [94, 94] }))).toBe(6)
})

test('another count in 169 is no life that is used up', () => {
  const sums: Attributes = { 160: [100, 0], 161: [100, 0], 164: [100, 9], 165: [100, 9] }
  const rest: Attributes = { 166: [100, 1], 167: [100, 600], 168: [100, 30_000], 169: [100, 0] }
  expect(percent(drive('ZST SF', { ...sums, ...rest }))).toBe(2)
})

test('a firmware whose statistics are ahead of 233 at first', () => {
  const worn = (value: number, firmware = 'DC32') =>
    percent(drive('INTEL SSDSC2BW240A4', { 233: [value, 0] }, { firmware }))
  expect([100, 90, 80, 60, 30].map((value) => worn(value))).toEqual([0, 12.3, 21.5, 40, 70])
  expect(worn(90, 'DC12')).toBe(10)
})

test('of few attributes of Phison, the block that was erased most counts', () => {
  const others = { 164: [100, 46], 166: [100, 0], 167: [100, 0], 168: [100, 0] } as const
  const ends = { 171: [100, 0], 172: [100, 0], 175: [100, 0], 231: [100, 99] } as const
  expect(percent(drive('ZST FLASH', { 163: [100, 150], ...others, ...ends }))).toBe(10)
})

test('a temperature in 231 is no life that is left', () => {
  const warm = { 231: [57, 0x4420_0039, 'Temperature_Celsius'] } as const
  expect(percent(drive('ZST I', warm))).toBeUndefined()
  expect(percent(drive('ZST I', { 231: [57, 57, 'Controller_Temperature'] }))).toBeUndefined()
  const sizes = { 14: [100, 563_871_744], 15: [100, 468_862_128], 202: [100, 4] } as const
  expect(percent(drive('ZST I', { ...warm, ...sizes, 248: [100, 96] }))).toBe(4)
  const virtium = { 231: [100, 100], ...sizes, 248: [100, 1] } as const
  expect(percent(drive('ZST V', virtium))).toBe(0)
  expect(percent(drive('ZST OLD', { 231: [98, 2, 'Temperature_Celsius'] }))).toBe(2)
})

test('erases that count down from 200, to a threshold of 100 or beside a second kind', () => {
  const facts = drive('ZST FRUIT', { 173: [165, 3_294_309_909_395] })
  const attributes = facts.attributes.map((each) => ({ ...each, thresh: 100 }))
  expect(percent({ ...facts, attributes })).toBe(35)
  const toshiba = { 167: [100, 0], 168: [100, 0], 169: [100, 100], 173: [189, 1] } as const
  expect(percent(drive('ZST T', toshiba))).toBe(11)
  expect(percent(drive('ZST T', { ...toshiba, 174: [175, 1] }))).toBe(25)
  expect(percent(drive('ZST T', { ...toshiba, 174: [200, 0] }))).toBe(11)
})

test('a rated count beside the average one makes a share, unless it is another count', () => {
  const erases = {
    160: [100, 0],
    161: [100, 9],
    164: [100, 9],
    165: [100, 70],
    166: [100, 50],
  } as const
  expect(percent(drive('ZST V', { ...erases, 167: [100, 60], 168: [100, 3000] }))).toBe(2)
  expect(percent(drive('ZST V', { ...erases, 167: [100, 60], 168: [100, 12] }))).toBeUndefined()
})

test('Maxio reckons with the block that was erased most, in three layouts', () => {
  const counts = { 180: [100, 9], 206: [200, 3], 207: [200, 135], 208: [200, 69] } as const
  expect(percent(drive('ZST X', { ...counts, 231: [94, 6] }))).toBe(27)
  expect(percent(drive('ZST X', { ...counts, 209: [200, 1], 211: [200, 9] }))).toBe(18)
  const words = { 165: [100, 36], 166: [100, 6], 167: [100, 18] } as const
  expect(percent(drive('ZST X', { ...words, 164: [100, 0x6_0024_0012] }))).toBe(4.8)
  expect(percent(drive('ZST X', { ...words, 164: [100, 14_055] }))).toBeUndefined()
})

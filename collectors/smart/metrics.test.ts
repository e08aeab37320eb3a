import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { seriesOf } from '../fake/series.ts'
import { createFamilies } from '../families.ts'
import { type Json, listAt, numberAt, parseJson, textAt } from './json.ts'
import { addDevice } from './metrics.ts'

const recording = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/smart/${name}.json`, import.meta.url), 'utf8'))

function seriesFrom(answer: Json): Record<string, number> {
  const families = createFamilies()
  addDevice(families, 'd', answer)
  return seriesOf(families.list())
}

test('grown defects of smartctl 7.0 and 7.1, which are bytes, are counted as defects', () => {
  const answer = recording('sdb')
  const defects = (listed: number, version: readonly number[]) =>
    seriesFrom({ ...answer, smartctl: { version }, scsi_grown_defect_list: listed })[
      'smartctl_scsi_grown_defect_list{device="d"}'
    ]
  expect(defects(240, [7, 0])).toBe(30)
  expect(defects(56, [7, 1])).toBe(7)
  expect(defects(12, [7, 0])).toBe(3)
  expect(defects(240, [7, 2])).toBe(240)
})

test('the names that smartctl had before 7.3 are understood', () => {
  const { scsi_vendor, scsi_product, scsi_model_name, scsi_revision, ...rest } = recording('sdb')
  const old = {
    ...rest,
    vendor: scsi_vendor,
    product: scsi_product,
    model_name: scsi_model_name,
    revision: scsi_revision,
  }
  expect(Object.keys(seriesFrom(old))).toEqual(Object.keys(seriesFrom(recording('sdb'))))
})

test('stray lines before the JSON do no harm', () => {
  expect(parseJson('  Pending defect count:0\n{"a": 1}')).toEqual({ a: 1 })
  expect(parseJson('')).toBeUndefined()
  expect(parseJson('{"a": ')).toBeUndefined()
})

test('numbers may be text, with a comma in some places of the world', () => {
  const json = { a: '3,641', b: '386.568', c: 'none', d: null, e: 7 }
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => numberAt(json, name))).toEqual([
    3.641,
    386.568,
    undefined,
    undefined,
    7,
  ])
})

test('a number that no counter can hold is no number', () => {
  const json = { widest: 2 ** 128, larger: 4.9e304, text: `1${'0'.repeat(60)}` }
  const found = Object.keys(json).map((name) => numberAt(json, name))
  expect(found).toEqual([2 ** 128, undefined, undefined])
})

test('whatever stands in the place of a value, nothing breaks and no value is invented', () => {
  const answers = ['sda', 'sdb', 'nvme0'].map(recording)
  const paths = answers.map((answer) => pathsOf(answer))
  const change = fc.nat(2).chain((i) =>
    fc.record({
      answer: fc.constant(answers[i]),
      path: fc.constantFrom(...(paths[i] ?? [])),
      value: fc.oneof(fc.jsonValue(), fc.constant(Number.NaN), fc.constant(undefined)),
    }),
  )
  fc.assert(
    fc.property(change, ({ answer, path, value }) => {
      const series = seriesFrom(replaced(answer, path, value))
      expect(Object.values(series).filter((number) => !Number.isFinite(number))).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

test('the disk of the demo gets worse with each reading, and gives up in the last', () => {
  const names = ['healthy', 1, 2, 3, 4, 5].map((n) => (n === 'healthy' ? n : `failing-${n}`))
  const readings = names.map((name) => {
    const url = new URL(`../../demo/recordings/${name}.json`, import.meta.url)
    return seriesFrom(parseJson(readFileSync(url, 'utf8')) ?? {})
  })
  for (const attribute of [
    'Reallocated_Sector_Ct',
    'Current_Pending_Sector',
    'Reported_Uncorrect',
  ]) {
    const raw = readings.map((series) => {
      const isRaw = (key: string) => key.includes(`"${attribute}", attribute_value_type="raw"`)
      return Object.entries(series).find(([key]) => isRaw(key))?.[1]
    })
    expect(raw[0]).toBe(0)
    expect(raw).toEqual(raw.toSorted((a = 0, b = 0) => a - b))
    expect(raw.at(-1)).toBeGreaterThan(100)
  }
  const passed = readings.map((series) => series['smartctl_device_smart_status{device="d"}'])
  expect(passed).toEqual([1, 1, 1, 1, 1, 0])
})

const corpus = new URL('../../../shared/fixtures/hardware/smartctl-json', import.meta.url).pathname
const withCorpus = existsSync(corpus) ? test : test.skip
if (!existsSync(corpus)) console.log(`Skipped: no recorded devices in ${corpus}`)

withCorpus('every recorded device is read, or refused with a reason', () => {
  const files = globSync(`${corpus}/**/*.json`)
  expect(files.length).toBeGreaterThan(150)
  for (const file of files) {
    const answer = parseJson(readFileSync(file, 'utf8'))
    if (answer === undefined) throw new Error(`${file} is not JSON`)
    if ((numberAt(answer, 'smartctl.exit_status') ?? 0) & 0b11) {
      expect(listAt(answer, 'smartctl.messages')).not.toEqual([])
      continue
    }
    const series = seriesFrom(answer)
    const of = (metric: string) => series[`${metric}{device="d"}`]
    expect(Object.values(series).filter((value) => !Number.isFinite(value))).toEqual([])
    expect(of('smartctl_device_power_on_seconds')).toBe(hoursOf(answer))
    expect(of('smartctl_device_percentage_used')).toBe(
      numberAt(answer, 'nvme_smart_health_information_log.percentage_used'),
    )
    const attributes = listAt(answer, 'ata_smart_attributes.table').length
    const rows = Object.keys(series).filter((key) => key.startsWith('smartctl_device_attribute'))
    expect(rows).toHaveLength(4 * attributes)
    const model = textAt(answer, 'model_name') ?? textAt(answer, 'scsi_model_name')
    const identity = Object.keys(series).find((key) => key.startsWith('smartctl_device{'))
    if (model !== undefined) expect(identity).toContain(`model_name="${model}"`)
  }
})

function hoursOf(answer: Json): number | undefined {
  const hours = numberAt(answer, 'power_on_time.hours')
  const minutes = numberAt(answer, 'power_on_time.minutes') ?? 0
  return hours === undefined ? undefined : hours * 3600 + minutes * 60
}

type Path = readonly string[]

function pathsOf(value: unknown, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [before]
  const inner = Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...before, name]))
  return before.length === 0 ? inner : [before, ...inner]
}

function replaced(tree: Json, [name = '', ...rest]: Path, value: unknown): Json {
  const copy: Record<string, unknown> = Array.isArray(tree) ? Object.assign([], tree) : { ...tree }
  copy[name] = rest.length === 0 ? value : replaced(copy[name] as Json, rest, value)
  return copy
}

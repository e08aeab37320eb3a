/** A node with 24 disks, of which one hangs, one prints garbage, one dies and one sleeps. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Log, silentLog } from '#lib/log'
import { until } from '#test/until'
import { createDeviceCommands, type DeviceCommands } from '../fake/device-commands.ts'
import { seriesOf } from '../fake/series.ts'
import { createWatchedClock } from '../fake/watched-clock.ts'
import { createCollection } from '../run.ts'
import { createSmart } from '../smart.ts'

const disk = JSON.parse(
  readFileSync(new URL('../fixtures/smart/sda.json', import.meta.url), 'utf8'),
)
const names = Array.from({ length: 24 }, (_, i) => `sd${String.fromCharCode(97 + i)}`)
const [hanging, garbled, dying, sleeping, ...well] = names as [string, string, string, string]
const device = (name: string) => `/dev/${name}`

let commands: DeviceCommands
let reasons: { device?: string; reason?: string }[] = []
const log: Log = { ...silentLog, warn: (fields: object) => void reasons.push(fields) }

beforeEach(() => {
  reasons = []
  commands = createDeviceCommands()
  for (const name of names) {
    const wwn = { naa: 5, oui: 1, id: names.indexOf(name) }
    commands.write(`${name}.json`, JSON.stringify({ ...disk, serial_number: `Z${name}`, wwn }))
  }
  const answer = (name: string) => ({ program: 'smartctl', when: [device(name)] })
  commands.answer([
    { ...answer(hanging), mode: 'hang' },
    { ...answer(garbled), mode: 'garbage' },
    { ...answer(sleeping), mode: 'asleep' },
    ...[dying, ...well].map((name) => ({ ...answer(name), output: `${name}.json` })),
  ])
})
afterEach(() => commands.close())

test('the other twenty stay fresh within the deadline of a tick, and each of the four says why', async () => {
  const clock = createWatchedClock()
  const smart = createSmart({
    ...{ clock, log, path: 'smartctl', env: commands.env },
    ...{ everyMs: 1, deviceDeadlineMs: 4000, lateMs: 1500 },
    devices: names.map((name) => ({ name: device(name), type: 'sat' })),
  })
  const collection = createCollection({ collectors: [smart], clock, log })
  const tookMs: number[] = []
  /** Time passes only while nobody but the disk that hangs is waited for. */
  const tick = async () => {
    const startedMs = clock.monotonicMs()
    let series: Record<string, number> | undefined
    const done = collection.collect().then((families) => {
      series = seriesOf(families)
    })
    while (series === undefined) {
      await until(() => clock.waiting(4000) <= 1)
      await clock.advance(50)
    }
    await done
    tookMs.push(clock.monotonicMs() - startedMs)
    return series
  }
  const lostFor = (series: Record<string, number>, name: string) =>
    Object.keys(series).find((key) => key.startsWith(`zstone_device_lost{device="${name}"`))

  await tick()
  commands.remove(`${dying}.json`)
  const ofWell = new RegExp(`^smartctl_device_temperature\\{device="(${well.join('|')})"`)
  let last: Record<string, number> = {}
  for (let i = 0; i < 8; i++) {
    last = await tick()
    if (last['zstone_collector_success{collector="smart"}'] === undefined) continue
    expect(Object.keys(last).filter((key) => ofWell.test(key))).toHaveLength(20)
    expect(last['zstone_collector_reading_age_seconds{collector="smart"}']).toBeLessThan(5)
  }
  await collection.close()
  expect(Math.max(...tookMs)).toBeLessThan(2000)

  expect(lostFor(last, hanging)).toMatch(/reason="(hangs|late)"/)
  expect(lostFor(last, garbled)).toContain('reason="garbage"')
  expect(lostFor(last, dying)).toContain(`reason="refused", serial_number="Z${dying}"`)
  expect(last[`zstone_device_asleep{device="${sleeping}"}`]).toBe(1)
  for (const name of [hanging, garbled, dying])
    expect(last[`zstone_device_readable{device="${name}"}`]).toBe(0)
  const told = (name: string) => reasons.filter((each) => each.device === name).at(-1)?.reason
  expect(told(hanging)).toMatch(
    /not done within 4s|not answered within 1500ms|not answered within 1.5s|still hangs/,
  )
  expect(told(garbled)).toContain('smartctl printed no JSON')
  expect(told(dying)).toContain(`/dev/${dying} failed: No such device`)
  expect(told(sleeping)).toBeUndefined()
})

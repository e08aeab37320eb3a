import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openYaml } from './reader.ts'
import { contains } from './time-interval.ts'
import { intervalCases } from './time-interval-cases.conformance.ts'
import { readTimeInterval } from './time-intervals.ts'
import { zoneCases } from './time-zone-cases.conformance.ts'
import { wallClockOf } from './wall-clock.ts'

const intervalOf = (yaml: string) => readTimeInterval(openYaml(yaml, 'interval.yml'))

describe('what an interval contains:', () => {
  test.each([...intervalCases, ...zoneCases])('$about', ({ yaml, inside, outside }) => {
    const interval = intervalOf(yaml)
    const isIn = (instants: readonly string[]) =>
      instants.filter((instant) => contains(interval, Date.parse(instant)))
    expect(isIn(inside)).toEqual(inside)
    expect(isIn(outside)).toEqual([])
  })
})

test.each([
  ['times: [{ start_time: "9:00", end_time: "17:00" }]', "couldn't parse timestamp 9:00, invalid"],
  ['times: [{ start_time: "09:60", end_time: "17:00" }]', "couldn't parse timestamp 09:60"],
  ['times: [{ start_time: "09:00", end_time: "24:01" }]', "couldn't parse timestamp 24:01"],
  ['times: [{ start_time: "24:00", end_time: "24:00" }]', 'start time cannot be equal or greater'],
  ['times: [{ start_time: "17:00", end_time: "09:00" }]', 'start time cannot be equal or greater'],
  ['times: [{ start_time: "17:00" }]', 'both start and end times must be provided'],
  ['times: [{ end_time: "17:00" }]', 'both start and end times must be provided'],
  ['times: ["09:00-17:00"]', 'must be a mapping'],
  ['times: [{ start: "09:00" }]', 'field start not found in type config.plain'],
  ['weekdays: [mon]', 'mon is not a valid weekday'],
  ['weekdays: ["monday:fri"]', 'fri is not a valid weekday'],
  ['weekdays: ["monday : friday"]', 'monday  is not a valid weekday'],
  ['weekdays: ["1"]', '1 is not a valid weekday'],
  ['weekdays: ["saturday:monday"]', 'start day cannot be before end day'],
  ['weekdays: ["monday:tuesday:friday"]', "couldn't parse range monday:tuesday:friday, invalid"],
  ['weekdays: monday', 'weekdays must be a list'],
  ['days_of_month: ["0"]', '0 is not a valid day of the month: out of range'],
  ['days_of_month: ["32"]', '32 is not a valid day of the month: out of range'],
  ['days_of_month: ["-32"]', '-32 is not a valid day of the month: out of range'],
  ['days_of_month: ["1:40"]', '40 is not a valid day of the month: out of range'],
  ['days_of_month: ["-5:5"]', 'end day must be negative if start day is negative'],
  ['days_of_month: ["5:1"]', 'end day 1 is always before start day 5'],
  ['days_of_month: ["-1:-5"]', 'end day -5 is always before start day -1'],
  ['days_of_month: ["29:-28"]', 'end day -28 is always before start day 29'],
  ['days_of_month: [first]', 'strconv.Atoi: parsing "first": invalid syntax'],
  ['days_of_month: ["1.5"]', 'strconv.Atoi: parsing "1.5": invalid syntax'],
  ['days_of_month: ["1:"]', 'strconv.Atoi: parsing "": invalid syntax'],
  ['months: [jan]', 'jan is not a valid month'],
  ['months: ["may:april"]', 'end month april is before start month may'],
  ['months: ["7:2"]', 'end month february is before start month july'],
  ['months: ["1:2:3"]', "couldn't parse range 1:2:3, invalid format"],
  ['years: ["2026:2020"]', 'end year 2020 is before start year 2026'],
  ['years: [soon]', 'strconv.Atoi: parsing "soon": invalid syntax'],
  ['location: Europe/Nowhere', 'unknown time zone Europe/Nowhere'],
  ['location: europe/berlin', 'unknown time zone europe/berlin'],
  ['location: EUROPE/BERLIN', 'unknown time zone EUROPE/BERLIN'],
  ['location: "+01:00"', 'unknown time zone +01:00'],
  ['location: PST', 'unknown time zone PST'],
  ['location: ../etc/passwd', 'unknown time zone ../etc/passwd'],
  ['minutes: ["5"]', 'field minutes not found in type config.plain'],
])('%s is refused', (yaml, says) => {
  expect(() => intervalOf(yaml)).toThrow(`line 1: `)
  expect(() => intervalOf(yaml)).toThrow(says)
})

test('the clock of this machine is a zone too', () => {
  const local = wallClockOf('Local')
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const atMs = Date.parse('2026-07-01T12:00:00Z')
  expect(local?.at(atMs)).toEqual(wallClockOf(timeZone)?.at(atMs))
})

test('a zone by two names shows the same time, and UTC what the calendar says', () => {
  const ms = fc.integer({ min: 0, max: 4e12 })
  fc.assert(
    fc.property(ms, (atMs) => {
      expect(wallClockOf('Asia/Kolkata')?.at(atMs)).toEqual(wallClockOf('Asia/Calcutta')?.at(atMs))
      expect(wallClockOf('Etc/UTC')?.at(atMs)).toEqual(wallClockOf('UTC')?.at(atMs))
      const { hour, minute } = hoursOf(atMs)
      expect(wallClockOf('UTC')?.at(atMs).minuteOfDay).toBe(hour * 60 + minute)
    }),
  )
})

function hoursOf(atMs: number) {
  const date = new Date(atMs)
  return { hour: date.getUTCHours(), minute: date.getUTCMinutes() }
}

test('at any instant one of the seven weekdays is, and all fields together are every day', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu')
  fc.assert(
    fc.property(zone, fc.integer({ min: 0, max: 4e12 }), (location, atMs) => {
      const days = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')
      const isOn = (day: string) =>
        contains(intervalOf(`{ weekdays: [${day}], location: ${location} }`), atMs)
      expect(days.filter(isOn)).toHaveLength(1)
      const every = intervalOf(
        `{ days_of_month: ["1:-1"], months: ["1:12"], years: ["1969:2200"], location: ${location},
          times: [{ start_time: "00:00", end_time: "24:00" }], weekdays: ["sunday:saturday"] }`,
      )
      expect(contains(every, atMs)).toBe(true)
    }),
  )
})

/** Time intervals in zones, over the days on which clocks are changed. */
import type { IntervalCase } from './time-interval-cases.conformance.ts'

const summerTime = 'upstream counts the days of a month in hours: one less where summer time begins'

export const zoneCases: readonly IntervalCase[] = [
  {
    about: 'the name of UTC, and none',
    yaml: '{ times: [{ start_time: "12:00", end_time: "13:00" }], location: UTC }',
    inside: ['2026-07-01T12:00:00Z'],
    outside: ['2026-07-01T11:59:59Z', '2026-07-01T13:00:00Z'],
  },
  {
    about: 'an empty location is UTC',
    yaml: '{ times: [{ start_time: "12:00", end_time: "13:00" }], location: "" }',
    inside: ['2026-07-01T12:00:00Z'],
    outside: ['2026-07-01T11:00:00Z'],
  },
  {
    about: 'office hours in Berlin in winter and in summer',
    yaml: '{ times: [{ start_time: "09:00", end_time: "17:00" }], location: Europe/Berlin }',
    inside: ['2026-01-15T08:00:00Z', '2026-01-15T15:59:59Z', '2026-07-15T07:00:00Z'],
    outside: ['2026-01-15T07:59:59Z', '2026-01-15T16:00:00Z', '2026-07-15T15:00:00Z'],
  },
  {
    about: 'the hour that summer time leaves out in Berlin',
    yaml: '{ times: [{ start_time: "02:00", end_time: "03:00" }], location: Europe/Berlin }',
    inside: ['2026-03-28T01:00:00Z', '2026-03-30T00:00:00Z'],
    outside: ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'],
  },
  {
    about: 'the hour that comes twice in Berlin',
    yaml: '{ times: [{ start_time: "02:00", end_time: "03:00" }], location: Europe/Berlin }',
    inside: ['2026-10-25T00:00:00Z', '2026-10-25T00:59:59Z', '2026-10-25T01:00:00Z'],
    outside: ['2026-10-24T23:59:59Z', '2026-10-25T02:00:00Z'],
  },
  {
    about: 'the day on which the hour is left out begins and ends at midnight there',
    yaml: '{ weekdays: [sunday], location: Europe/Berlin }',
    inside: ['2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z'],
    outside: ['2026-03-28T22:59:59Z', '2026-03-29T22:00:00Z'],
  },
  {
    about: 'New York changes three weeks earlier',
    yaml: '{ times: [{ start_time: "09:00", end_time: "10:00" }], location: America/New_York }',
    inside: ['2026-03-07T14:00:00Z', '2026-03-08T13:00:00Z', '2026-10-31T13:59:59Z'],
    outside: ['2026-03-08T14:00:00Z', '2026-11-01T13:00:00Z'],
  },
  {
    about: 'Sydney, where summer is in January',
    yaml: '{ times: [{ start_time: "09:00", end_time: "10:00" }], location: Australia/Sydney }',
    inside: ['2026-01-14T22:00:00Z', '2026-07-14T23:00:00Z'],
    outside: ['2026-01-14T23:00:00Z', '2026-07-14T22:00:00Z'],
  },
  {
    about: 'Lord Howe, which changes by half an hour',
    yaml: '{ times: [{ start_time: "00:00", end_time: "00:30" }], location: Australia/Lord_Howe }',
    inside: ['2026-01-14T13:00:00Z', '2026-07-14T13:30:00Z'],
    outside: ['2026-01-14T13:30:00Z', '2026-07-14T13:00:00Z'],
  },
  {
    about: 'Kathmandu, at a quarter to',
    yaml: '{ times: [{ start_time: "06:00", end_time: "06:01" }], location: Asia/Kathmandu }',
    inside: ['2026-05-05T00:15:00Z', '2026-05-05T00:15:59Z'],
    outside: ['2026-05-05T00:14:59Z', '2026-05-05T00:16:00Z'],
  },
  {
    about: 'a name by which a zone was known before',
    yaml: '{ times: [{ start_time: "05:30", end_time: "06:00" }], location: Asia/Calcutta }',
    inside: ['2026-05-05T00:00:00Z', '2026-05-05T00:29:59Z'],
    outside: ['2026-05-05T00:30:00Z'],
  },
  {
    about: 'a fixed distance, whose sign is against the custom',
    yaml: '{ times: [{ start_time: "00:00", end_time: "01:00" }], location: Etc/GMT+5 }',
    inside: ['2026-05-05T05:00:00Z'],
    outside: ['2026-05-05T00:00:00Z', '2026-05-04T19:00:00Z'],
  },
  {
    about: 'the date line: it is tomorrow in Kiribati',
    yaml: '{ days_of_month: ["1"], months: [january], location: Pacific/Kiritimati }',
    inside: ['2025-12-31T10:00:00Z', '2026-01-01T09:59:59Z'],
    outside: ['2025-12-31T09:59:59Z', '2026-01-01T10:00:00Z'],
  },
  {
    about: 'and yesterday in Samoa, American',
    yaml: '{ years: ["2025"], location: Pacific/Pago_Pago }',
    inside: ['2026-01-01T10:59:59Z'],
    outside: ['2026-01-01T11:00:00Z'],
  },
  {
    about: 'the last day of February in Tokyo',
    yaml: '{ days_of_month: ["-1"], months: [february], location: Asia/Tokyo }',
    inside: ['2026-02-27T15:00:00Z', '2026-02-28T14:59:59Z'],
    outside: ['2026-02-27T14:59:59Z', '2026-02-28T15:00:00Z'],
  },
  {
    about: 'the last day of the month in which summer time begins',
    yaml: '{ days_of_month: ["-1"], location: Europe/Berlin }',
    inside: ['2026-03-31T12:00:00Z'],
    outside: ['2026-03-30T12:00:00Z'],
    differs: summerTime,
  },
  {
    about: 'the 31st of it',
    yaml: '{ days_of_month: ["31"], location: America/New_York }',
    inside: ['2026-03-31T12:00:00Z'],
    outside: ['2026-03-30T12:00:00Z'],
    differs: summerTime,
  },
  {
    about: 'the last day of the month in which summer time ends',
    yaml: '{ days_of_month: ["-1"], location: Europe/Berlin }',
    inside: ['2026-10-31T12:00:00Z', '2026-10-30T23:00:00Z'],
    outside: ['2026-10-30T12:00:00Z', '2026-10-31T23:00:00Z'],
  },
  {
    about: 'a working week in Tel Aviv, which begins on Sunday',
    yaml:
      '{ weekdays: ["sunday:thursday"], times: [{ start_time: "08:00", end_time: "18:00" }],' +
      ' location: Asia/Jerusalem }',
    inside: ['2026-01-11T06:00:00Z', '2026-07-16T14:59:59Z'],
    outside: ['2026-01-09T10:00:00Z', '2026-07-16T15:00:00Z', '2026-01-11T05:59:59Z'],
  },
]

/** Samples of time intervals and of routes that name them, for `samples.conformance.ts`. */
import type { ConfigSample } from './sample.conformance.ts'

const interval = (fields: string) => `route: { receiver: r }
receivers: [{ name: r }]
time_intervals: [{ name: x, time_intervals: [{ ${fields} }] }]
`
const route = (more: string) => `route: { receiver: r, routes: [{ matchers: [a=b], ${more} }] }
receivers: [{ name: r }]
time_intervals: [{ name: x }, { name: y }]
mute_time_intervals: [{ name: z }]
`
const lists = (more: string) => `route: { receiver: r }\nreceivers: [{ name: r }]\n${more}\n`

const valid: Readonly<Record<string, string>> = {
  'an interval of nothing': interval(''),
  'every field of an interval': interval(
    'times: [{ start_time: "09:00", end_time: "24:00" }], weekdays: ["monday:friday", sunday],' +
      ' days_of_month: ["1:5", "-3:-1"], months: ["1:3", may, "june:8"], ' +
      'years: ["2020:2030", 2040],' +
      ' location: Europe/Berlin',
  ),
  'times without quotes': interval('times: [{ start_time: 09:00, end_time: 17:00 }]'),
  'fields with empty lists': interval('times: [], weekdays: [], months: []'),
  'fields that are nothing': interval('times: , weekdays: , location: '),
  'a month that never comes': interval("months: ['13', '0:20']"),
  'an old name of a zone': interval('location: Asia/Calcutta'),
  'the zone of the machine': interval('location: Local'),
  'no zone': interval("location: ''"),
  'a zone at a fixed distance': interval('location: Etc/GMT-14'),
  'an interval that is null': lists('time_intervals: [{ name: x, time_intervals: [null] }]'),
  'a name without intervals': lists('time_intervals: [{ name: x }]'),
  'no intervals': lists('time_intervals: \nmute_time_intervals: []'),
  'intervals of the old name': lists(
    'mute_time_intervals: [{ name: x, time_intervals: [{ years: ["2026"] }] }]',
  ),
  'a route that is muted and active': route(
    'mute_time_intervals: [x, z], active_time_intervals: [y]',
  ),
  'a route that names an interval twice': route('mute_time_intervals: [x, x]'),
  'a route that names none': route('mute_time_intervals: [], active_time_intervals: '),
  'empty lists at the root': lists('').replace(
    'receiver: r }',
    'receiver: r, mute_time_intervals: [], active_time_intervals: [] }',
  ),
}

const invalid: Readonly<Record<string, readonly [yaml: string, says: string]>> = {
  'an unknown field of an interval': [interval('hours: []'), 'field hours not found'],
  'a time of one digit': [
    interval('times: [{ start_time: "9:00", end_time: "17:00" }]'),
    "couldn't parse timestamp 9:00, invalid format",
  ],
  'a time past the end of the day': [
    interval('times: [{ start_time: "09:00", end_time: "24:30" }]'),
    "couldn't parse timestamp 24:30",
  ],
  'times in the wrong order': [
    interval('times: [{ start_time: "17:00", end_time: "09:00" }]'),
    'start time cannot be equal or greater than end time',
  ],
  'a time without an end': [
    interval('times: [{ start_time: "17:00" }]'),
    'both start and end times must be provided',
  ],
  'a time as text': [interval('times: ["09:00"]'), 'must be a mapping'],
  'an unknown weekday': [interval('weekdays: [mon]'), 'mon is not a valid weekday'],
  'a weekday by number': [interval("weekdays: ['1']"), '1 is not a valid weekday'],
  'weekdays over the end of the week': [
    interval("weekdays: ['saturday:sunday']"),
    'start day cannot be before end day',
  ],
  'weekdays in three parts': [
    interval("weekdays: ['monday:tuesday:friday']"),
    "couldn't parse range monday:tuesday:friday",
  ],
  'day 0': [interval("days_of_month: ['0']"), '0 is not a valid day of the month'],
  'day 32': [interval("days_of_month: ['32']"), '32 is not a valid day of the month'],
  'days from the end to the front': [
    interval("days_of_month: ['-5:5']"),
    'end day must be negative if start day is negative',
  ],
  'days in the wrong order': [
    interval("days_of_month: ['-1:-5']"),
    'end day -5 is always before start day -1',
  ],
  'a day that is a word': [interval('days_of_month: [last]'), 'parsing "last": invalid syntax'],
  'an unknown month': [interval('months: [sept]'), 'sept is not a valid month'],
  'months over the end of the year': [
    interval("months: ['november:february']"),
    'end month february is before start month november',
  ],
  'years in the wrong order': [
    interval("years: ['2030:2020']"),
    'end year 2020 is before start year 2030',
  ],
  'a year that is a word': [interval('years: [next]'), 'parsing "next": invalid syntax'],
  'an unknown zone': [interval('location: Mars/Olympus'), 'unknown time zone Mars/Olympus'],
  'a zone in small letters': [interval('location: europe/berlin'), 'unknown time zone europe/ber'],
  'a zone that is a distance': [interval("location: '+02:00'"), 'unknown time zone +02:00'],
  'a short name that is no zone': [interval('location: PST'), 'unknown time zone PST'],
  'an interval without a name': [
    lists('time_intervals: [{ time_intervals: [] }]'),
    'missing name in time interval',
  ],
  'an old interval without a name': [
    lists('mute_time_intervals: [{ time_intervals: [] }]'),
    'missing name in mute time interval',
  ],
  'two intervals of one name': [
    lists('time_intervals: [{ name: x }, { name: x }]'),
    'time interval "x" is not unique',
  ],
  'two old intervals of one name': [
    lists('mute_time_intervals: [{ name: x }, { name: x }]'),
    'mute time interval "x" is not unique',
  ],
  'one name in both lists': [
    lists('mute_time_intervals: [{ name: x }]\ntime_intervals: [{ name: x }]'),
    'time interval "x" is not unique',
  ],
  'a muted root': [
    lists('time_intervals: [{ name: x }]').replace('r }', 'r, mute_time_intervals: [x] }'),
    'root route must not have any mute time intervals',
  ],
  'an active root': [
    lists('time_intervals: [{ name: x }]').replace('r }', 'r, active_time_intervals: [x] }'),
    'root route must not have any active time intervals',
  ],
  'a route that names an unknown interval': [
    route('mute_time_intervals: [w]'),
    'undefined time interval "w" used in route',
  ],
  'a route that is active at unknown times': [
    route('active_time_intervals: [x, w]'),
    'undefined time interval "w" used in route',
  ],
  'intervals that are a mapping': [
    lists('time_intervals: { name: x }'),
    'time_intervals must be a list',
  ],
}

export const intervalSamples: readonly ConfigSample[] = [
  ...Object.entries(valid).map(([name, yaml]) => ({ name, yaml, isValid: true })),
  ...Object.entries(invalid).map(([name, [yaml, says]]) => ({ name, yaml, isValid: false, says })),
]

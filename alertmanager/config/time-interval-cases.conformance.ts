/** Time intervals, as YAML, with instants that they contain and instants that they do not. */

export interface IntervalCase {
  readonly about: string
  readonly yaml: string
  readonly inside: readonly string[]
  readonly outside: readonly string[]
  /** Why upstream's own library says something else. */
  readonly differs?: string
}

export const intervalCases: readonly IntervalCase[] = [
  {
    about: 'no field',
    yaml: '{}',
    inside: ['1970-01-01T00:00:00Z', '2026-02-28T23:59:59Z', '2199-12-31T12:00:00Z'],
    outside: [],
  },
  {
    about: 'an empty list contains nothing',
    yaml: 'times: []',
    inside: [],
    outside: ['2026-01-01T00:00:00Z', '2026-06-15T12:00:00Z'],
  },
  {
    about: 'an empty list of one field, whatever the other says',
    yaml: '{ weekdays: [], months: [june] }',
    inside: [],
    outside: ['2026-06-15T12:00:00Z', '2026-07-15T12:00:00Z'],
  },
  {
    about: 'office hours begin with their first minute and end before their last',
    yaml: 'times: [{ start_time: "09:00", end_time: "17:00" }]',
    inside: ['2026-03-02T09:00:00Z', '2026-03-02T12:30:00Z', '2026-03-02T16:59:59.999Z'],
    outside: ['2026-03-02T08:59:59.999Z', '2026-03-02T17:00:00Z', '2026-03-02T00:00:00Z'],
  },
  {
    about: 'one minute',
    yaml: 'times: [{ start_time: "12:34", end_time: "12:35" }]',
    inside: ['2026-03-02T12:34:00Z', '2026-03-02T12:34:59.999Z'],
    outside: ['2026-03-02T12:33:59.999Z', '2026-03-02T12:35:00Z'],
  },
  {
    about: 'the whole day',
    yaml: 'times: [{ start_time: "00:00", end_time: "24:00" }]',
    inside: ['2026-03-02T00:00:00Z', '2026-03-02T23:59:59.999Z'],
    outside: [],
  },
  {
    about: 'until the end of the day',
    yaml: 'times: [{ start_time: "22:00", end_time: "24:00" }]',
    inside: ['2026-03-02T22:00:00Z', '2026-03-02T23:59:59Z'],
    outside: ['2026-03-02T21:59:59Z', '2026-03-03T00:00:00Z'],
  },
  {
    about: 'over midnight, in two pieces',
    yaml:
      'times: [{ start_time: "22:00", end_time: "24:00" },' +
      ' { start_time: "00:00", end_time: "06:00" }]',
    inside: ['2026-03-02T22:30:00Z', '2026-03-03T00:00:00Z', '2026-03-03T05:59:00Z'],
    outside: ['2026-03-03T06:00:00Z', '2026-03-03T21:59:00Z'],
  },
  {
    about: 'times that overlap',
    yaml:
      'times: [{ start_time: "08:00", end_time: "12:00" },' +
      ' { start_time: "10:00", end_time: "14:00" }]',
    inside: ['2026-03-02T08:00:00Z', '2026-03-02T11:00:00Z', '2026-03-02T13:59:00Z'],
    outside: ['2026-03-02T07:59:00Z', '2026-03-02T14:00:00Z'],
  },
  {
    about: 'one weekday',
    yaml: 'weekdays: [wednesday]',
    inside: ['2026-03-04T00:00:00Z', '2026-03-04T23:59:59Z'],
    outside: ['2026-03-03T23:59:59Z', '2026-03-05T00:00:00Z'],
  },
  {
    about: 'the working days',
    yaml: 'weekdays: ["monday:friday"]',
    inside: ['2026-03-02T00:00:00Z', '2026-03-06T23:59:59Z'],
    outside: ['2026-03-01T23:59:59Z', '2026-03-07T00:00:00Z'],
  },
  {
    about: 'the week begins on Sunday',
    yaml: 'weekdays: ["sunday:tuesday"]',
    inside: ['2026-03-01T00:00:00Z', '2026-03-03T23:59:59Z'],
    outside: ['2026-02-28T23:59:59Z', '2026-03-04T00:00:00Z'],
  },
  {
    about: 'the weekend, of which Saturday ends the week',
    yaml: 'weekdays: [saturday, sunday]',
    inside: ['2026-02-28T00:00:00Z', '2026-03-01T12:00:00Z'],
    outside: ['2026-02-27T23:59:59Z', '2026-03-02T00:00:00Z'],
  },
  {
    about: 'names in any case',
    yaml: '{ weekdays: [MONDAY, "Tuesday:WEDnesday"], months: [MaRcH] }',
    inside: ['2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z'],
    outside: ['2026-03-05T00:00:00Z', '2026-04-06T00:00:00Z'],
  },
  {
    about: 'a weekday to itself',
    yaml: 'weekdays: ["friday:friday"]',
    inside: ['2026-03-06T12:00:00Z'],
    outside: ['2026-03-05T12:00:00Z', '2026-03-07T12:00:00Z'],
  },
  {
    about: 'the first days of a month',
    yaml: 'days_of_month: ["1:5"]',
    inside: ['2026-03-01T00:00:00Z', '2026-03-05T23:59:59Z'],
    outside: ['2026-02-28T23:59:59Z', '2026-03-06T00:00:00Z'],
  },
  {
    about: 'the last day of a month, however long it is',
    yaml: 'days_of_month: ["-1"]',
    inside: [
      '2026-01-31T12:00:00Z',
      '2026-02-28T12:00:00Z',
      '2024-02-29T12:00:00Z',
      '2026-04-30T12:00:00Z',
    ],
    outside: ['2026-01-30T12:00:00Z', '2024-02-28T12:00:00Z', '2026-05-01T00:00:00Z'],
  },
  {
    about: 'the last three days',
    yaml: 'days_of_month: ["-3:-1"]',
    inside: ['2026-02-26T00:00:00Z', '2026-02-28T00:00:00Z', '2026-01-29T00:00:00Z'],
    outside: ['2026-02-25T23:59:59Z', '2026-01-28T00:00:00Z', '2026-03-01T00:00:00Z'],
  },
  {
    about: 'from the front to the back',
    yaml: 'days_of_month: ["10:-10"]',
    inside: ['2026-02-10T00:00:00Z', '2026-02-19T00:00:00Z', '2026-03-22T00:00:00Z'],
    outside: ['2026-02-09T00:00:00Z', '2026-02-20T00:00:00Z', '2026-03-23T00:00:00Z'],
  },
  {
    about: 'all days of any month',
    yaml: 'days_of_month: ["1:31"]',
    inside: ['2026-02-01T00:00:00Z', '2026-02-28T23:59:59Z', '2026-03-31T23:59:59Z'],
    outside: [],
  },
  {
    about: 'all days, counted from the end',
    yaml: 'days_of_month: ["-31:-1"]',
    inside: ['2026-02-01T00:00:00Z', '2026-02-28T23:59:59Z', '2026-03-31T23:59:59Z'],
    outside: [],
  },
  {
    about: 'a day that only long months have',
    yaml: 'days_of_month: ["31"]',
    inside: ['2026-01-31T00:00:00Z', '2026-12-31T00:00:00Z'],
    outside: ['2026-02-28T00:00:00Z', '2026-04-30T23:59:59Z'],
  },
  {
    about: 'a range of which short months have the beginning',
    yaml: 'days_of_month: ["28:31"]',
    inside: ['2026-02-28T00:00:00Z', '2024-02-29T00:00:00Z', '2026-01-31T00:00:00Z'],
    outside: ['2026-02-27T00:00:00Z', '2026-03-01T00:00:00Z'],
  },
  {
    about: 'a range that short months do not have',
    yaml: 'days_of_month: ["29:31"]',
    inside: ['2024-02-29T00:00:00Z', '2026-01-29T00:00:00Z', '2026-01-31T00:00:00Z'],
    outside: ['2026-02-28T00:00:00Z', '2026-01-28T00:00:00Z'],
  },
  {
    about: 'the 29th of February counted from the end',
    yaml: '{ days_of_month: ["-29"], months: [february] }',
    inside: ['2024-02-01T00:00:00Z'],
    outside: ['2026-02-01T00:00:00Z', '2024-02-02T00:00:00Z', '2024-03-03T00:00:00Z'],
  },
  {
    about: 'several days',
    yaml: 'days_of_month: ["1", "15", "-1"]',
    inside: ['2026-03-01T00:00:00Z', '2026-03-15T00:00:00Z', '2026-03-31T00:00:00Z'],
    outside: ['2026-03-02T00:00:00Z', '2026-03-30T00:00:00Z'],
  },
  {
    about: 'a number that is no text',
    yaml: 'days_of_month: [1, +2]',
    inside: ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'],
    outside: ['2026-03-03T00:00:00Z'],
  },
  {
    about: 'one month by name',
    yaml: 'months: [december]',
    inside: ['2026-12-01T00:00:00Z', '2026-12-31T23:59:59Z'],
    outside: ['2026-11-30T23:59:59Z', '2027-01-01T00:00:00Z'],
  },
  {
    about: 'months by number',
    yaml: 'months: ["1:3", "12"]',
    inside: ['2026-01-01T00:00:00Z', '2026-03-31T23:59:59Z', '2026-12-15T00:00:00Z'],
    outside: ['2026-04-01T00:00:00Z', '2026-11-30T00:00:00Z'],
  },
  {
    about: 'a name and a number',
    yaml: 'months: ["may:8"]',
    inside: ['2026-05-01T00:00:00Z', '2026-08-31T23:59:59Z'],
    outside: ['2026-04-30T23:59:59Z', '2026-09-01T00:00:00Z'],
  },
  {
    about: 'months that never come are accepted',
    yaml: 'months: ["13", "0", "-1"]',
    inside: [],
    outside: ['2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z'],
  },
  {
    about: 'one year',
    yaml: 'years: ["2026"]',
    inside: ['2026-01-01T00:00:00Z', '2026-12-31T23:59:59.999Z'],
    outside: ['2025-12-31T23:59:59.999Z', '2027-01-01T00:00:00Z'],
  },
  {
    about: 'several years',
    yaml: 'years: ["2020:2022", 2030]',
    inside: ['2020-01-01T00:00:00Z', '2022-12-31T23:59:59Z', '2030-06-01T00:00:00Z'],
    outside: ['2019-12-31T23:59:59Z', '2023-01-01T00:00:00Z', '2029-06-01T00:00:00Z'],
  },
  {
    about: 'all fields have to match',
    yaml:
      '{ times: [{ start_time: "09:00", end_time: "17:00" }], weekdays: ["monday:friday"],' +
      ' months: [june], years: ["2026"] }',
    inside: ['2026-06-01T09:00:00Z', '2026-06-30T16:59:00Z'],
    outside: [
      '2026-06-01T08:59:00Z',
      '2026-06-06T12:00:00Z',
      '2026-07-01T12:00:00Z',
      '2025-06-02T12:00:00Z',
    ],
  },
  {
    about: 'the first Monday of a month',
    yaml: '{ weekdays: [monday], days_of_month: ["1:7"] }',
    inside: ['2026-03-02T00:00:00Z', '2026-06-01T00:00:00Z'],
    outside: ['2026-03-09T00:00:00Z', '2026-03-03T00:00:00Z'],
  },
  {
    about: 'Friday, the 13th',
    yaml: '{ weekdays: [friday], days_of_month: ["13"] }',
    inside: ['2026-02-13T00:00:00Z', '2026-03-13T23:59:59Z', '2026-11-13T12:00:00Z'],
    outside: ['2026-04-13T00:00:00Z', '2026-03-20T00:00:00Z'],
  },
]

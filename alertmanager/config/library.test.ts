/** Our readings beside those of the real Alertmanager's own libraries. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isBuildMachine } from '#test/environment'
import {
  missingOracle,
  type Oracle,
  type OracleAnswer,
  openOracle,
} from '#test/protocol/alertmanager-oracle'
import { classicCases } from './classic-cases.conformance.ts'
import { fallbackCases } from './fallback-cases.conformance.ts'
import { readMatchers } from './matchers.ts'
import { openYaml } from './reader.ts'
import { contains } from './time-interval.ts'
import { intervalCases } from './time-interval-cases.conformance.ts'
import { readTimeInterval } from './time-intervals.ts'
import { zoneCases } from './time-zone-cases.conformance.ts'
import { utf8Cases } from './utf8-cases.conformance.ts'

const missing = missingOracle()
if (missing !== undefined)
  console.warn(`Skipped: Alertmanager's libraries are not installed (Debian: ${missing})`)
const withLibrary = missing === undefined || isBuildMachine() ? test : test.skip

let oracle: Oracle

beforeAll(async () => {
  if (missing === undefined || isBuildMachine()) oracle = await openOracle()
})

afterAll(() => oracle?.close())

withLibrary('the classic grammar reads every text as upstream does', async () => {
  const anyText = fc.string({ unit: fc.constantFrom(...'ab="!~\\,{} \n_:ü\u0085\u00a0\v\t') })
  const texts = [...classicCases, ...fallbackCases, ...utf8Cases]
    .map(([text]) => text)
    .concat(fc.sample(anyText, { numRuns: 3000, seed: 1 }))
    .flatMap((text) => [text, `a=${text}`])
  const answers = await oracle.ask(texts.map((matchers) => ({ matchers })))
  const differ = texts.filter((text, i) => {
    const theirs = answers[i] ?? {}
    return JSON.stringify(ours(text, theirs)) !== JSON.stringify(theirs)
  })
  expect(differ).toEqual([])
})

/** In the oracle's form; which letter of a regex is wrong is said in other words. */
function ours(text: string, { error }: OracleAnswer): OracleAnswer {
  try {
    const { matchers } = readMatchers(text, 'classic')
    const triples = matchers.map((m) => [m.name, m.operator, m.value] as const)
    return triples.length === 0 ? {} : { matchers: triples }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const isRegex = error?.startsWith('error parsing regexp') === true
    return { error: isRegex ? error : cause.message }
  }
}

withLibrary('time intervals contain what upstream says, but where it miscounts', async () => {
  const cases = [...intervalCases, ...zoneCases]
  const instants = cases.map(({ inside, outside }) => [...inside, ...outside].map(Date.parse))
  const answers = await oracle.ask(
    cases.map(({ yaml }, i) => ({ interval: yaml, atMs: instants[i] ?? [] })),
  )
  const differ = cases.filter(({ yaml }, i) => {
    const interval = readTimeInterval(openYaml(yaml, 'interval.yml'))
    const mine = (instants[i] ?? []).map((atMs) => contains(interval, atMs))
    return JSON.stringify(mine) !== JSON.stringify(answers[i]?.contains ?? [])
  })
  expect(differ).toEqual(cases.filter(({ differs }) => differs !== undefined))
})

withLibrary('any interval contains any instant as upstream says', async () => {
  const given = fc.sample(
    fc.record({ interval: anyInterval, atMs: fc.array(anyInstant, { minLength: 20 }) }),
    { numRuns: 400, seed: 2 },
  )
  const questions = given.map(({ interval, atMs }) => ({ interval, atMs }))
  const answers = await oracle.ask(questions)
  const differ = questions.filter(({ interval, atMs }, i) => {
    const read = readTimeInterval(openYaml(interval, 'interval.yml'))
    const mine = atMs.map((ms) => contains(read, ms))
    return JSON.stringify(mine) !== JSON.stringify(answers[i]?.contains)
  })
  expect(differ).toEqual([])
})

const anyInstant = fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2036-01-01') })
const sorted = (range: readonly number[]) => [...range].sort((a, b) => a - b).join(':')
const ranges = (min: number, max: number) =>
  fc
    .array(fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(sorted), {
      minLength: 1,
      maxLength: 3,
    })
    .map((list) => JSON.stringify(list))
const clock = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16)
const times = fc
  .tuple(fc.integer({ min: 0, max: 719 }), fc.integer({ min: 720, max: 1439 }))
  .map(([from, to]) => `[{ start_time: "${clock(from)}", end_time: "${clock(to)}" }]`)

/** Without days of the month: those upstream miscounts in some zones. */
const anyInterval = fc
  .record(
    {
      times,
      months: ranges(1, 12),
      years: ranges(1990, 2036),
      weekdays: fc.constantFrom('["monday:friday"]', '[sunday, wednesday]'),
      location: fc.constantFrom(
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Kathmandu',
        'America/Sao_Paulo',
        'Europe/Dublin',
        'UTC',
      ),
    },
    { requiredKeys: ['times'] },
  )
  .map((fields) => {
    const given = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
    return `{ ${given.join(', ')} }`
  })

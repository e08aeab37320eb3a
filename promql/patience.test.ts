import { describe, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { parse } from './parse.ts'
import { createPromql } from './promql.ts'
import { runInstant, runRange } from './run.ts'
import { limits, scenario } from './scenario.conformance.ts'
import { promqlSettings } from './settings.ts'

/** Each look at it takes a millisecond, so time is counted in work. */
function tickingClock() {
  let ms = 0
  return { monotonicMs: () => ms++ }
}

const many = Array.from({ length: 300 }, (_, i) => `a{x="${i}",y="${i % 7}"} 1+1x10`).join('\n')
const { samples } = scenario(many)

const nested = (count: number, around: (text: string) => string, text: string): string =>
  count === 0 ? text : nested(count - 1, around, around(text))

describe('a query whose time is up ends', () => {
  const limited = () => ({
    ...{ ...limits, samplesMax: 1e9 },
    patience: { clock: tickingClock(), timeoutMs: 50 },
  })

  test.each([
    'count_over_time(nothing[290y:1ms])',
    'count_over_time(a[290y:1ms])',
    'count_over_time(vector(1)[290y:1ms])',
    nested(4, (text) => `max_over_time(${text}[5m:1ms])`, 'nothing'),
    Array(1900).fill('a').join(' + '),
    Array(1900).fill('count(a)').join(' + '),
    Array(90).fill('count(a * on (y) group_left () sum by (y) (a))').join(' or '),
    nested(100, (text) => `abs(${text})`, 'a') + Array(1000).fill(' + a').join(''),
    `a{x!~"${'b{0,1000}'.repeat(60)}c"}${' or a'.repeat(900)}`,
    `a{${Array.from({ length: 900 }, (_, i) => `x!~".*b${i}.*"`).join(',')}}`,
  ])('in the middle of %#', (text) => {
    const request = { source: samples, limits: limited(), atMs: 300_000 }
    expect(() => runInstant(parse(text), request)).toThrow('it may take 50ms')
  })

  test.each(['a', 'nothing or a', 'max_over_time(a[5m:1s])', 'vector(1)'])(
    'between the steps of %s',
    (text) => {
      const range = { startMs: 0, endMs: 1e9, stepMs: 100 }
      const request = { source: samples, limits: limited(), ...range }
      expect(() => runRange(parse(text), request)).toThrow('query timed out')
    },
  )

  test('and what it found of an index until then is of use to the next', () => {
    const text = `a{x!~"${'b{0,1000}'.repeat(60)}c"}`
    const impatient = { ...limits, patience: { clock: tickingClock(), timeoutMs: 2 } }
    const ask = (within: typeof limits) =>
      runInstant(parse(text), { source: samples, limits: within, atMs: 300_000 })
    expect(() => ask(impatient)).toThrow('query timed out')
    expect(ask(limits)).toMatchObject({ elements: { length: 300 } })
  })
})

describe('a query that takes too much room ends', () => {
  const ask = (text: string) => () =>
    runInstant(parse(text), { source: samples, limits, atMs: 300_000 })

  test.each([
    'count_over_time(nothing[290y:1ms])',
    'count_over_time(vector(1)[290y:1ms])',
    nested(40, (text) => `label_replace(${text}, "x", "$1$1", "x", "(.*)")`, 'a'),
    `label_join(label_join(a, "x", ",", ${Array(99).fill('"x"').join(',')}), "z", ",", ${Array(900).fill('"x"').join(',')})`,
  ])('%#', (text) => {
    expect(ask(text)).toThrow('too many samples')
  })

  test('where one label grows beyond all bounds', () => {
    const text = nested(
      30,
      (inner) => `label_replace(${inner}, "x", "$1$1", "x", "(.*)")`,
      'a{x="7"}',
    )
    expect(ask(text)).toThrow('longer than 1048576 characters')
  })
})

test('a regex that is too large is refused before it is compiled', () => {
  const large = 'b{0,1000}'.repeat(80)
  expect(() => parse(`a{x=~"${large}"}`)).toThrow('a regex of some 80000 instructions')
  const replace = `label_replace(a, "x", "", "x", "${large}")`
  const request = { source: samples, limits, atMs: 300_000 }
  expect(() => runInstant(parse(replace), request)).toThrow('a regex of some 80000 instructions')
})

test('a request may ask for less time than there is, and for no more', async () => {
  const args = ['--query.timeout=3s']
  const settings = readConfig(promqlSettings, { args, env: {} }).values
  const clock = { ...createManualClock(), ...tickingClock() }
  const promql = createPromql({ clock, log: silentLog, metrics: createMetrics(), settings })
  const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
  const { url, close } = await openHttp(address, (request, response) => {
    promql.handle(request, response)
  })
  const ask = async (timeout: string) => {
    const query = 'count_over_time(vector(1)[1d:1s])'
    const parameters = new URLSearchParams({ query, time: '1e6', timeout })
    const response = await fetch(`${url}/api/v1/query?${parameters}`)
    return { code: response.status, ...((await response.json()) as object) }
  }
  expect(await ask('20ms')).toMatchObject({
    code: 503,
    errorType: 'timeout',
    error: expect.stringContaining('it may take 20ms'),
  })
  expect(await ask('0.02')).toMatchObject({ code: 503 })
  expect(await ask('1h')).toMatchObject({ code: 200 })
  expect(await ask('soon')).toMatchObject({
    code: 400,
    error: 'invalid parameter "timeout": cannot parse "soon" to a valid duration',
  })
  await close()
  await promql.close()
})

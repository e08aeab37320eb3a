import { expect, test } from '@jest/globals'
import { readConfig } from '#lib/config'
import { pushgatewaySettings } from '../settings.ts'
import { createTtlPolicy, immortal, readTtl } from './ttl.ts'
import { parseTtlRule } from './ttl-rule.ts'

const group = (job: string) => ({ pairs: [['job', job]] as const })

test('a rule is labels, an equals sign and a duration', () => {
  const { matchers, ttlMs } = parseTtlRule('job=~"a=b.*",instance!="x"=1h30m')
  expect(matchers.map(({ name, operator, value }) => name + operator + value)).toEqual([
    'job=~a=b.*',
    'instance!=x',
  ])
  expect(ttlMs).toBe(5_400_000)
})

test.each(['', '1h', '=1h', '{}=1h', 'job="x"', 'job="x"=soon', 'job=x=1h', 'job=~"("=1h'])(
  'the rule %p is refused with a sentence',
  (text) => {
    expect(() => parseTtlRule(text)).toThrow(/expected|Cannot/)
  },
)

test('rules come from flags, one each, and from the environment, a line each', () => {
  const lines = ['job="a"=1h', 'job="b",env=~"x|y"=0']
  const args = lines.map((line) => `--push.ttl-for=${line}`)
  const env = { ZSTONE_PUSH_TTL_FOR: lines.join('\n') }
  for (const input of [
    { args, env: {} },
    { args: [], env },
  ]) {
    const { values } = readConfig(pushgatewaySettings, input)
    expect(values.push.ttlFor.map(({ ttlMs }) => ttlMs)).toEqual([3_600_000, 0])
  }
})

test('what the push says counts, then the first rule that fits, then the server; 0 is for ever', () => {
  const ttlFor = [parseTtlRule('job=~"b.*"=2s'), parseTtlRule('job=~".*c"=0')]
  const policy = createTtlPolicy({ ttlMs: 1000, ttlFor })
  expect(policy.ttlMs(group('a'), undefined)).toBe(1000)
  expect(policy.ttlMs(group('bc'), undefined)).toBe(2000)
  expect(policy.ttlMs(group('c'), undefined)).toBeUndefined()
  expect(policy.ttlMs(group('c'), 500)).toBe(500)
  expect(policy.ttlMs(group('b'), 0)).toBeUndefined()
  expect(immortal.ttlMs(group('a'), undefined)).toBeUndefined()
})

test.each([
  ['90s', 90_000],
  [' 1h30m ', 5_400_000],
  ['1.5h', 5_400_000],
  ['0', 0],
])('the header %p is %p ms', (text, ttlMs) => {
  expect(readTtl({ 'x-pushgateway-ttl': text })).toBe(ttlMs)
})

test.each(['', '90', '-1s', '1s, 2s', 'NaN'])('the header %p is refused', (text) => {
  expect(() => readTtl({ 'x-pushgateway-ttl': text })).toThrow('write a duration')
})

import { describe, expect, test } from '@jest/globals'
import { seededRandom } from '#lib/random'
import { prometheus3 } from './dialect.ts'
import { format } from './format.ts'
import { parse } from './parse.ts'
import { runInstant } from './run.ts'
import { limits, scenario } from './scenario.conformance.ts'

const { samples } = scenario('a 1')

function numberOf(text: string): number | undefined {
  const dialect = prometheus3
  const expression = parse(text, dialect)
  expect(format(parse(format(expression), dialect))).toBe(format(expression))
  const value = runInstant(expression, { source: samples, limits: { ...limits, dialect }, atMs: 0 })
  return value.type === 'scalar' ? value.value : undefined
}

/** Sums of products of small numbers and of sums in brackets. */
function sum(random: ReturnType<typeof seededRandom>, length: number, depth: number) {
  const texts: string[] = []
  let value = 0
  for (let i = 0; i < length; i++) {
    const nested = depth > 0 && random.fraction() < 2 / length
    const part = nested
      ? sum(random, length, depth - 1)
      : { text: String(Math.floor(random.fraction() * 9)), value: Number.NaN }
    if (!nested) part.value = Number(part.text)
    texts.push(nested ? `(${part.text}) * 2` : `${part.text} * 2`)
    value += part.value * 2
  }
  return { text: texts.join(random.fraction() < 0.5 ? ' + ' : '\n+ # more\n'), value }
}

const roomy = { ...limits, samplesMax: 1e8 }

describe('a text that is read in passages', () => {
  test.each([3, 40, 120, 200])('means what it says: sums of %s terms', (length) => {
    const random = seededRandom(length)
    for (let i = 0; i < 10; i++) {
      const { text, value } = sum(random, length, 2)
      expect(numberOf(text)).toBe(value)
    }
  })

  test.each([
    'sum(zz)',
    'label_replace(a, "x", "y", "z", "w") + sum by (x) (zz) or b',
    'clamp_max(zz, scalar(a))',
    'topk(1 + 1, zz)',
    'max_over_time((zz)[5m:1m] offset 1m)',
    '((((zz))))',
  ])('may stand anywhere: %s', (text) => {
    const long = Array(900)
      .fill('a offset 5m > bool on (x) group_left (y) a{b="or (a"}')
      .join(' or ')
    const written = (one: string) => format(parse(one, prometheus3))
    const isSame = written(text.replace('zz', long)) === written(text).replace('zz', written(long))
    expect(isSame).toBe(true)
  })

  test('errors stand where they stood', () => {
    const chain = `${'a or\n'.repeat(700)}a`
    expect(() => parse(`sum(${chain} or a{b=c})`)).toThrow(
      '701:10: parse error: unexpected identifier "c"',
    )
    expect(() => parse(`${chain} +`)).toThrow('701:4: parse error: unexpected end of input')
  })

  test.each([
    ['a chain', `${'a+'.repeat(2001)}a`],
    ['brackets', `${'('.repeat(501)}a${')'.repeat(501)}`],
    ['chains in brackets', `${'('.repeat(16)}a${`${'+a'.repeat(130)})`.repeat(16)}`],
    ['brackets that are never closed', 'sum('.repeat(9000)],
    ['signs', `${'-'.repeat(2001)}a`],
  ])('%s too deep to evaluate are refused', (_, text) => {
    expect(() => parse(text)).toThrow(/deeper than 2000/)
  })

  test.each([
    ['a chain', `${'a+'.repeat(1990)}a`],
    ['subqueries', `${'max_over_time('.repeat(490)}a${'[2m:1m])'.repeat(490)}`],
    ['chains in brackets', `${'('.repeat(16)}a${`${'+a'.repeat(120)})`.repeat(16)}`],
    ['powers', `${'a^'.repeat(1990)}a`],
    ['signs', `${'-'.repeat(1990)}a`],
  ])('%s as deep as may be are answered', (_, text) => {
    const expression = parse(text)
    expect(format(expression)).toBeDefined()
    expect(runInstant(expression, { source: samples, limits: roomy, atMs: 0 }).type).toBe('vector')
  })
})

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ParsedFamily } from '../text/family.ts'
import { someFamilies } from './fake/families.ts'
import { scraped } from './fake/scraped.ts'
import { namedFamilies } from './named-families.ts'
import { parseOpenMetrics } from './openmetrics.ts'
import { openMetricsExposition } from './openmetrics-exposition.ts'

async function shown(families: readonly ParsedFamily[]): Promise<string> {
  const all = scraped([{ pairs: [], families }])
  const chunks = openMetricsExposition(namedFamilies(all, 'underscores'))
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

const read = (text: string) => parseOpenMetrics(Buffer.from(text), { utf8Names: false }).families

test('what was read as OpenMetrics is written the same', async () => {
  const body = [
    '# HELP c A \\"help\\".\n# TYPE c counter\n',
    'c_total{a="b"} 1.0 # {trace="x y"} 1.5 12.25\n',
    '# TYPE g gauge\ng -1.0\n',
    '# TYPE h histogram\nh_bucket{l="m",le="1.0"} 1 # {} 0.5\nh_bucket{l="m",le="+Inf"} 1000000\n',
    'h_sum{l="m"} 3.0\nh_count{l="m"} 1000000\n',
    '# TYPE s summary\ns{quantile="1.0"} 7.0\ns_sum 9.0\ns_count 2\n',
    '# TYPE u unknown\nu 1.5\n',
    '# EOF\n',
  ].join('')
  expect(await shown(read(body))).toBe(body)
})

test('a counter whose short name is taken, or that has none, is of unknown type', async () => {
  const family = (name: string, type: 'counter' | 'gauge'): ParsedFamily => ({
    name,
    type,
    help: undefined,
    metrics: [{ labels: [], value: 1, count: 0, sum: 0, points: [] }],
  })
  expect(
    await shown([family('a_total', 'counter'), family('a', 'gauge'), family('b', 'counter')]),
  ).toBe(
    '# TYPE a gauge\na 1.0\n# TYPE a_total unknown\na_total 1.0\n# TYPE b unknown\nb 1.0\n# EOF\n',
  )
})

test('whatever is stored can be read as OpenMetrics', async () => {
  await fc.assert(
    fc.asyncProperty(someFamilies, async (families) => {
      const again = read(await shown(families))
      expect(again.map(({ name }) => name).sort()).toEqual(families.map(({ name }) => name).sort())
    }),
  )
})

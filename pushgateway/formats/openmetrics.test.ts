import { expect, test } from '@jest/globals'
import { decodeFamilies } from './decode-families.ts'
import { encodeFamilies } from './fake/families.ts'
import { parseOpenMetrics } from './openmetrics.ts'

const parse = (text: string, utf8Names = false) =>
  parseOpenMetrics(Buffer.from(`${text}# EOF\n`), { utf8Names })

/** `type name` of each family, and its metrics in few letters. */
const shown = (text: string) =>
  parse(text).families.map(({ name, type, metrics }) => [
    `${type} ${name}`,
    ...metrics.map(({ labels, value, count, sum, points }) => {
      const isCompound = type === 'histogram' || type === 'summary'
      const parts = isCompound ? [count, sum, ...points.map((point) => point.join(':'))] : [value]
      return [...labels.map((pair) => pair.join('=')), ...parts].join(' ')
    }),
  ])

test('each type becomes what client libraries write of it as text', () => {
  const body = [
    '# TYPE c counter\n# HELP c A \\"help\\".\nc_total{a="b"} 1.0\nc_created{a="b"} 1600000000.5\n',
    '# TYPE g gauge\ng -1\n',
    '# TYPE h histogram\nh_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 2\nh_count 2\nh_sum 3\n',
    '# TYPE gh gaugehistogram\ngh_bucket{le="+Inf"} 4\ngh_gcount 4\ngh_gsum -5\n',
    '# TYPE s summary\ns{quantile="0.5"} 7\ns_count 2\ns_sum 9\ns_created 1\n',
    '# TYPE i info\ni_info{version="1"} 1\n',
    '# TYPE e stateset\ne{e="on"} 1\ne{e="off"} 0\n',
    '# TYPE u unknown\nu 1\nfree_total 2\n',
  ].join('')
  expect(shown(body)).toEqual([
    ['counter c_total', 'a=b 1'],
    ['gauge c_created', 'a=b 1600000000.5'],
    ['gauge g', '-1'],
    ['histogram h', '2 3 1:1 Infinity:2'],
    ['histogram gh', '4 -5 Infinity:4'],
    ['gauge gh_gcount', '4'],
    ['gauge gh_gsum', '-5'],
    ['summary s', '2 9 0.5:7'],
    ['gauge s_created', '1'],
    ['gauge i_info', 'version=1 1'],
    ['gauge e', 'e=on 1', 'e=off 0'],
    ['untyped u', '1'],
    ['untyped free_total', '2'],
  ])
  expect(parse(body).families[0]?.help).toBe('A "help".')
})

test('exemplars and created times go where protobuf has them', () => {
  const { families } = parse(
    '# TYPE c counter\nc_total 2 # {trace="x"} 1.5 12.25\nc_created 5\n' +
      '# TYPE h histogram\nh_bucket{le="+Inf"} 2 # {} 1\nh_count 2\nh_sum 3\n',
  )
  const again = decodeFamilies(encodeFamilies(families))
  expect(again.families).toEqual(families)
  const [counter, , histogram] = families
  expect(counter?.metrics[0]?.proto?.includes('trace')).toBe(true)
  expect(histogram?.metrics[0]?.proto).toBeInstanceOf(Buffer)
})

test('a timestamp is noticed', () => {
  expect(parse('a 1\n').timestamped).toBe(false)
  expect(parse('a 1 12.5\n').timestamped).toBe(true)
})

test('names in quotes need the setting', () => {
  const body = '{"a.b","c.d"="e"} 1\n'
  expect(() => parse(body)).toThrow('invalid metric name "a.b"')
  const [family] = parse(body, true).families
  expect(family).toMatchObject({ name: 'a.b', metrics: [{ labels: [['c.d', 'e']] }] })
})

test('the last line may lack its end, and nothing may follow it', () => {
  expect(parseOpenMetrics(Buffer.from('# EOF'), { utf8Names: false }).families).toEqual([])
  expect(() => parse('# EOF\n')).toThrow('unexpected text after "# EOF"')
})

test.each([
  ['', 'data does not end with # EOF'],
  ['a 1\n', 'data does not end with # EOF'],
  ['\n# EOF\n', 'invalid metric name ""'],
  ['# COMMENT a b\n# EOF\n', 'unknown comment "COMMENT"'],
  ['# TYPE a untyped\n# EOF\n', 'unknown metric type "untyped"'],
  ['# TYPE a gauge\n# TYPE a gauge\n# EOF\n', 'second TYPE line for metric name "a"'],
  ['a 1\n# TYPE a gauge\n# EOF\n', 'TYPE reported after samples'],
  ['# UNIT a seconds\n# EOF\n', 'unit "seconds" is no suffix of metric "a"'],
  ['# TYPE a counter\na 1\n# EOF\n', 'invalid name "a" for a sample of type counter'],
  ['# TYPE a gauge\na 1 # {} 1\n# EOF\n', 'unexpected exemplar of "a"'],
  ['# TYPE a summary\na_count -1\n# EOF\n', '_count must not be negative'],
  ['# TYPE a counter\na_total 1\na_created Inf\n# EOF\n', '_created must be a Unix time'],
  ['# TYPE a info\na_info 2\n# EOF\n', 'an info must have the value 1'],
  ['# TYPE a histogram\na_bucket 1\n# EOF\n', "expected float as value for 'le' label"],
  ['a  1\n# EOF\n', 'expected float as value, got ""'],
  ['a{b="c",b="d"} 1\n# EOF\n', 'duplicate label name "b"'],
  ['a{b="c"}1\n# EOF\n', "expected ' ', found '1'"],
  ['a 1\na 2\n# EOF\n', 'duplicate sample of "a"'],
  [`# TYPE a counter\na_total 1 # {t="${'x'.repeat(128)}"} 1\n# EOF\n`, 'more than 128 letters'],
])('%j is refused', (body, why) => {
  const read = () => parseOpenMetrics(Buffer.from(body), { utf8Names: false })
  expect(read).toThrow(why)
  expect(read).toThrow(/^text format parsing error in line \d+: /)
})

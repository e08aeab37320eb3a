import { expect, test } from '@jest/globals'
import { parseTemplate } from './template.ts'

const scope = {
  labels: { a: "hello wide-world o'neil", n: '7000' },
  externalLabels: { region: 'eu' },
  externalUrl: 'http://z:9090/prometheus',
  value: 1_234_567,
  atMs: 1_600_000_000_000,
  query: async () => [],
}
const render = (source: string, value = scope.value) =>
  parseTemplate(source, 'A').render({ ...scope, value })

// Each expectation was printed by promtool 2.42 for the same text and value.
test.each([
  ['{{ $value }}', '1.234567e+06'],
  [
    '{{ .Value }} {{ $labels.a }} {{ .Labels.a }}',
    `1.234567e+06 ${scope.labels.a} ${scope.labels.a}`,
  ],
  ['{{ printf "%.1f" $value }}', '1234567.0'],
  ['{{ printf "%d" $value }}', '%!d(float64=1.234567e+06)'],
  ['{{ printf "%s" $value }}', '%!s(float64=1.234567e+06)'],
  ['{{ printf "%q" $labels.a }}', `"${scope.labels.a}"`],
  [
    '{{ printf "%8.2f|%-8.2f|%08.2f|%+.1f" $value $value $value $value }}',
    '1234567.00|1234567.00|1234567.00|+1234567.0',
  ],
  ['{{ printf "%.2s" $labels.a }}', 'he'],
  [
    '{{ printf "%g|%e|%.3g|%v" $value $value $value $value }}',
    '1.234567e+06|1.234567e+06|1.23e+06|1.234567e+06',
  ],
  ['{{ $labels.nope }}|{{ printf "%q" $labels.nope }}', '|""'],
  ['{{ $labels.constructor }}', ''],
  ['{{ $labels.a | title }}', "Hello Wide-World O'Neil"],
  ['{{ $labels.a | toUpper | toLower }}', scope.labels.a],
  ['{{ humanize $value }}', '1.235M'],
  ['{{ humanize1024 $value }}', '1.177Mi'],
  ['{{ $value | humanizeDuration }}', '14d 6h 56m 7s'],
  ['{{ $value | humanizePercentage }}', '1.235e+08%'],
  ['{{ $value | humanizeTimestamp }}', '1970-01-15 06:56:07 +0000 UTC'],
  ['{{ printf "%s" $labels.a $value }}', `${scope.labels.a}%!(EXTRA float64=1.234567e+06)`],
  ['{{ printf "%s %s" $labels.n }}', '7000 %!s(MISSING)'],
  ['x   {{- $labels.n -}}   y', 'x7000y'],
  ['x{{/* }} */}}y', 'xy'],
  ['{{ "a\\tb" }}{{ `raw\\t` }}{{ 5 }}{{ 5.0 }}{{ 1e3 }}', 'a\tbraw\\t551000'],
  ['{{ "}}" }}', '}}'],
  ['{{ (printf "%.1f" $value) | toUpper }}', '1234567.0'],
  ['{{ printf "%d" 5 }} {{ printf "%.1f" 5 }} {{ printf "%s" 5 }}', '5 %!f(int=5) %!s(int=5)'],
  ['{{ humanize 5000 }} {{ humanize "7000" }} {{ humanize $labels.n }}', '5k 7k 7k'],
  ['{{ $externalLabels.region }}', 'eu'],
  [
    '{{ printf "%" }} {{ printf "100%%" }} {{ printf "%z" $value }}',
    '%!(NOVERB) 100% %!z(float64=1.234567e+06)',
  ],
  ['plain } { text', 'plain } { text'],
])('%s is rendered as Prometheus renders it', (source, expected) => {
  expect(render(source)).toBe(expected)
})

test('what cannot be rendered says so in its place', () => {
  expect(render('{{ humanize $labels.a }}')).toMatch(
    /^<error expanding template: .*: invalid syntax>$/,
  )
})

test.each([
  ['{{ if gt $value 5.0 }}high{{ else }}low{{ end }}', 'high'],
  ['{{ with $labels.nope }}{{ . }}{{ else }}none{{ end }}', 'none'],
  ['{{ $x := $labels.n }}{{ $x }} {{ len $labels }}', '7000 2'],
  ['{{ range $name, $text := $labels }}{{ $name }} {{ end }}', 'a n '],
])('%s is rendered as Go renders it', (source, expected) => {
  expect(render(source)).toBe(expected)
})

test.each([
  ['{{ title $value }}', 'expected string; got float64'],
  ['{{ printf "%x" $value }}', 'a float cannot be shown by %x here'],
  ['{{ $labels.a.b }}', "can't evaluate field b in type string"],
  ['{{ .Nope }}', 'Nope in type struct { Labels map[string]string; ExternalLabels map[string]'],
])('%s says in its place that it cannot be rendered', (source, reason) => {
  expect(render(source)).toMatch(/^<error expanding template: .*>$/)
  expect(render(source)).toContain(reason)
})

test.each([
  ['{{ ask "up" }}', 'function "ask" not defined'],
  ['{{ $nope }}', 'undefined variable "$nope"'],
  ['{{ $value', 'unclosed action'],
  ['{{ }}', 'missing value for command'],
  ['{{ if $value }}', 'unexpected EOF'],
  ['{{ (printf "%s" $labels.a }}', 'unclosed left paren'],
  ['{{ $value ) }}', 'unexpected right paren'],
])('%s is refused when the rule is loaded', (source, reason) => {
  expect(() => parseTemplate(source, 'A')).toThrow(reason)
})

test('the address of the evaluator is there as a whole, and as the path before its pages', () => {
  expect(render('{{ externalURL }} {{ $externalURL }} {{ pathPrefix }}')).toBe(
    'http://z:9090/prometheus http://z:9090/prometheus /prometheus',
  )
  expect(render('{{ now }} {{ toDuration 90 }} {{ urlQueryEscape "a b" }}')).toBe(
    '1.6e+09 1m30s a+b',
  )
})

test('a text that asks is rendered with the answers, each query asked once', async () => {
  const asked: string[] = []
  const query = async (expr: string) => {
    asked.push(expr)
    return [{ labels: { device: 'sda' }, value: asked.length }]
  }
  const source =
    '{{ query "a" | first | value }} {{ range query "a" }}{{ query "b" | len }}{{ end }}'
  const text = parseTemplate(source, 'A').render({ ...scope, query })
  expect(await text).toBe('1 1')
  expect(asked).toEqual(['a', 'b'])
})

test('two texts under way at once keep their answers apart', async () => {
  const template = parseTemplate(
    '{{ $v := query "a" | first | value }}{{ query "b" | len }} {{ $v }}',
    'A',
  )
  const texts = [1, 2].map((value) =>
    template.render({ ...scope, query: async () => [{ labels: {}, value }] }),
  )
  expect(await Promise.all(texts)).toEqual(['1 1', '1 2'])
})

test('a query that fails says so in its place, and a text asks no more than a hundred', async () => {
  const query = async () => {
    throw new Error('too many samples')
  }
  const text = parseTemplate('{{ query "a" | len }}', 'A').render({ ...scope, query })
  expect(await text).toContain('error calling query: too many samples>')
  const flood = '{{ range $i := 200 }}{{ printf "%d" $i | query | len }}{{ end }}'
  expect(await parseTemplate(flood, 'A').render(scope)).toContain('limited to 100 queries')
})

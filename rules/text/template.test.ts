import { expect, test } from '@jest/globals'
import { parseTemplate } from './template.ts'

const scope = {
  labels: { a: "hello wide-world o'neil", n: '7000' },
  externalLabels: { region: 'eu' },
  value: 1_234_567,
}
const render = (source: string, value = scope.value) =>
  parseTemplate(source).render({ ...scope, value })

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
    /^<error expanding template: .* is no number>$/,
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
])('%s says in its place that it cannot be rendered', (source, reason) => {
  expect(render(source)).toMatch(/^<error expanding template: .*>$/)
  expect(render(source)).toContain(reason)
})

test.each([
  ['{{ range query "up" }}x{{ end }}', 'function "query" not defined'],
  ['{{ $nope }}', 'undefined variable "$nope"'],
  ['{{ $value', 'unclosed action'],
  ['{{ }}', 'missing value for command'],
  ['{{ if $value }}', 'unexpected EOF'],
  ['{{ (printf "%s" $labels.a }}', 'unclosed left paren'],
  ['{{ $value ) }}', 'unexpected right paren'],
])('%s is refused when the rule is loaded', (source, reason) => {
  expect(() => parseTemplate(source)).toThrow(reason)
})

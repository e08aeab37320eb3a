/** Texts of alerts that ask, compare and format: promtool confirms each as we render it. */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { hasPrometheus } from '#test/prometheus'
import { promtool } from '#test/promtool'
import { runPromtoolFile } from '#test/promtool-file'

const verdict = hasPrometheus() ? describe : describe.skip

const texts = [
  '{{ query "up" | sortByLabel "instance" | first | value }}',
  '{{ with query "up{instance=\'b:1\'}" }}{{ . | first | label "instance" }} {{ . | first | value }}{{ . | first | strvalue }}{{ end }}',
  '{{ range query "up" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value }} {{ end }}',
  '{{ range $at, $one := query "sort_desc(up)" }}{{ $at }}:{{ $one.Value }} {{ end }}',
  '{{ range query "up" | sortByLabel "instance" }}{{ with printf "up{instance=%q} * 2" .Labels.instance | query }}{{ . | first | value }} {{ end }}{{ end }}',
  '{{ $sum := query "sum(up)" | first | value }}{{ printf "%.1f %%" (humanizePercentage $sum) }}',
  '{{ with query "nope" }}some{{ else }}none{{ end }} {{ len (query "up") }}',
  '{{ query "scalar(up{instance=\'a:1\'}) + 1" | first | value }}',
  '{{ query "count_values(\'v\', up)" | sortByLabel "v" | first | label "v" }}',
  '{{ (query "up" | sortByLabel "instance" | first).Labels.nope }}|{{ query "sum(up)" | first }}',
  '{{ first (query "nope") }}',
  '{{ query "nope" | first | value }}',
  '{{ query "up +" }}',
  '{{ query 1 }}',
  '{{ if query "up > 7.5" }}high{{ end }} {{ query "up > bool 7.5" | sortByLabel "instance" | first | value }}',
  '{{ tableLink "up > 1" }} {{ graphLink "sum(up{a=\\"b\\"}) by (c)" }}',
  '{{ parseDuration "1h30m" }} {{ parseDuration "1d" | humanizeDuration }} {{ parseDuration "x" }}',
  '{{ parseDuration "1h30m" }}|{{ parseDuration "250ms" }}|{{ parseDuration "0" }}',
  '{{ toTime 1.5 }} {{ (toTime "1600000000").Year }} {{ (toTime $value).Format "2006-01-02" }}',
  '{{ toTime "NaN" }}',
  '{{ humanizeTimestamp 1600000000.123 }} {{ toTime 1600000000.9999 }} {{ humanizeTimestamp -1.5 }}',
  '{{ humanizeTimestamp "NaN" }} {{ humanizeTimestamp "+Inf" }}',
  '{{ humanizeTimestamp 1e30 }}',
  '{{ humanize "abc" }}',
  '{{ humanize "1e999" }}',
  '{{ humanizePercentage $labels }}',
  '{{ humanize "123.456" }} {{ humanize1024 12345 }} {{ humanizePercentage "0.5" }} {{ humanizeDuration "90061" }}',
  '{{ stripPort "host:12" }} {{ stripPort "[::1]:12" }} {{ stripPort "host" }} {{ stripPort "a:b:1" }} {{ stripPort "[::1" }} {{ stripPort "x[]:1" }} {{ stripPort ":1" }}',
  '{{ stripDomain "a.b.c:12" }} {{ stripDomain "10.0.0.1:12" }} {{ stripDomain "[::1]:12" }} {{ stripDomain "a.b" }} {{ stripDomain "[::1]" }} {{ stripDomain "a.b:" }} {{ stripDomain "1.2.3" }}',
  '{{ define "row" }}{{ .arg0 }}-{{ .arg1 }}{{ end }}{{ template "row" (args 1 "two") }} {{ args 1.5 nil }}',
  '{{ define "all" }}{{ range . }}{{ .Value }},{{ end }}{{ end }}{{ template "all" (query "up" | sortByLabel "instance") }}',
  '{{ match "a.*" "xab" }} {{ match "^a" "xab" }} {{ if match "^a:" $labels.instance }}a{{ else }}b{{ end }}',
  '{{ match "(" "x" }}',
  '{{ reReplaceAll "(.*):(.*)" "$2-$1" $labels.instance }} {{ reReplaceAll "a" "$1x" "banana" }} {{ reReplaceAll "" "-" "ab" }}',
  '{{ safeHtml "<b>" }} {{ title "hello wörld’s it\'s o_k a-b 1a" }} {{ "ÄB" | toLower | toUpper }}',
  '{{ $labels }} {{ .ExternalLabels }} {{ $externalLabels.region }}|{{ .Value }}',
  '{{ printf "%s is %.2f of %d" $labels.instance $value (len $labels) }}',
  '{{ range $name, $text := $labels }}{{ $name }}={{ $text }};{{ end }}',
]

const rules = {
  groups: [
    {
      name: 'texts',
      rules: [
        {
          alert: 'Texts',
          expr: 'up',
          labels: { total: '{{ query "sum(up)" | first | value }}' },
          annotations: Object.fromEntries(texts.map((text, i) => [`text_${i}`, text])),
        },
      ],
    },
  ],
}

const tests = {
  interval: '15s',
  input_series: [
    { series: 'up{instance="b:1"}', values: '7x3' },
    { series: 'up{instance="a:1"}', values: '8.25x3' },
  ],
}

verdict('texts', () => {
  test('are what Prometheus makes of them', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-texts-'))
    const file = path.join(folder, 'texts.test.yml')
    const write = (exp_alerts: object[]) =>
      fs.writeFile(
        file,
        stringify({
          rule_files: ['texts.rules.yml'],
          evaluation_interval: '15s',
          tests: [
            {
              ...tests,
              alert_rule_test: [{ eval_time: '30s', alertname: 'Texts', exp_alerts }],
            },
          ],
        }),
      )
    await fs.writeFile(path.join(folder, 'texts.rules.yml'), stringify(rules))
    await write([])
    const [{ found } = { found: [] }] = await runPromtoolFile(file)
    expect(found).toHaveLength(2)
    await write(
      found.map(({ labels: { alertname: _, ...labels }, annotations }) => ({
        exp_labels: labels,
        exp_annotations: annotations,
      })),
    )
    await promtool('test', 'rules', file)
    await fs.rm(folder, { recursive: true })
  })
})

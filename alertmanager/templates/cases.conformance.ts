/** What templates make of one notification. Those of `known` are known to amtool 0.25 too. */
import type { Notification } from '#api/alert'

export const notification: Notification = {
  version: '4',
  groupKey: '{}:{alertname="DiskFailing"}',
  truncatedAlerts: 2,
  status: 'firing',
  receiver: 'ops/all',
  groupLabels: { alertname: 'DiskFailing', zone: 'a b' },
  commonLabels: { alertname: 'DiskFailing', node: 'n1', zone: 'a b' },
  commonAnnotations: { summary: 'Disk <sdb> & "co" is failing' },
  externalURL: 'http://am.example',
  notification_reason: 'first notification',
  routeLabels: { team: 'storage' },
  idempotencyKey: 'lane-key',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'DiskFailing', node: 'n1', zone: 'a b', disk: 'sdb' },
      annotations: { summary: 'Disk <sdb> & "co" is failing', runbook_url: 'https://r/x?a=1&b=2' },
      startsAt: '2026-01-02T03:04:05.123Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'javascript:alert(1)',
      fingerprint: 'f1',
    },
    {
      status: 'resolved',
      labels: { alertname: 'DiskFailing', node: 'n1', zone: 'a b', disk: 'sdc' },
      annotations: { summary: 'Disk <sdb> & "co" is failing' },
      startsAt: '2026-01-02T03:04:05Z',
      endsAt: '2026-01-02T04:04:05Z',
      generatorURL: 'http://p/g?x="y"',
      fingerprint: 'f2',
    },
  ],
}

export type TemplateCase = readonly [source: string, expected: string]

/** Functions and data that amtool 0.25 has: it is asked the same. */
export const known: readonly TemplateCase[] = [
  ['{{ .Receiver }} {{ .Status }} {{ .ExternalURL }}', 'ops/all firing http://am.example'],
  ['{{ .Status | toUpper }} {{ toLower "ÀB" }} {{ toUpper "straße" }}', 'FIRING àb STRASSE'],
  ['{{ title "hello wORLD it\'s o\'neil foo-bar" }}', "Hello World It's O'neil Foo-Bar"],
  ['{{ "a.b c_d 3d" | title }}', 'A.b C_d 3D'],
  ['{{ join ", " (stringSlice "a" "b") }}|{{ stringSlice }}', 'a, b|[]'],
  ['{{ .GroupLabels.Values | join "-" }}', 'DiskFailing-a b'],
  ['{{ match "^a.c$" "abc" }} {{ match "b" "abc" }} {{ match "^b" "abc" }}', 'true true false'],
  ['{{ if match "(?i)DISK" .CommonLabels.alertname }}disk{{ end }}', 'disk'],
  ['{{ reReplaceAll "a*" "-" "baaac" }}', '-b-c-'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a group of RE2, not a template string.
  ['{{ reReplaceAll "(b)(?P<n>a+)" "$2$1x${1}x$n$$-$" "baaac" }}', 'aaabxaaa$-$c'],
  ['{{ "10.0.0.1:9100" | reReplaceAll ":[0-9]+$" "" }}', '10.0.0.1'],
  ['{{ reReplaceAll "(.)" "[$1]" "é☃😀" }}', '[é][☃][😀]'],
  ['{{ reReplaceAll "x" "$1" "axb" }}', 'ab'],
  ['{{ reReplaceAll "^" "> " "a" }}{{ reReplaceAll "$" "<" "a" }}', '> aa<'],
  ['{{ reReplaceAll "" "-" "ab" }}', '-a-b-'],
  ['{{ safeHtml "<b>" }} {{ printf "%T" (safeHtml "x") }}', '<b> template.HTML'],
  ['{{ .GroupLabels.alertname }}|{{ .GroupLabels.nope }}|', 'DiskFailing||'],
  ['{{ .GroupLabels.Names }} {{ .CommonLabels.Names }}', '[alertname zone] [alertname node zone]'],
  ['{{ .CommonLabels.Values }}', '[DiskFailing n1 a b]'],
  ['{{ .CommonLabels.SortedPairs }}', '[{alertname DiskFailing} {node n1} {zone a b}]'],
  ['{{ .CommonLabels.SortedPairs.Names }}', '[alertname node zone]'],
  ['{{ .CommonLabels.SortedPairs.Values | join "/" }}', 'DiskFailing/n1/a b'],
  [
    '{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}',
    'alertname=DiskFailing;node=n1;zone=a b;',
  ],
  ['{{ .CommonLabels.Remove .GroupLabels.Names }}', 'map[node:n1]'],
  ['{{ .CommonLabels.Remove (stringSlice "node" "x") }}', 'map[alertname:DiskFailing zone:a b]'],
  ['{{ (.CommonLabels.Remove .CommonLabels.Names) }}', 'map[]'],
  ['{{ with .CommonLabels.Remove .CommonLabels.Names }}x{{ else }}none{{ end }}', 'none'],
  ['{{ (index .CommonLabels.SortedPairs 1).Value }}', 'n1'],
  ['{{ len .Alerts }} {{ len .Alerts.Firing }} {{ len .Alerts.Resolved }}', '2 1 1'],
  ['{{ range .Alerts }}{{ .Status }}:{{ .Labels.disk }} {{ end }}', 'firing:sdb resolved:sdc '],
  ['{{ range .Alerts.Resolved }}{{ .Labels.disk }}{{ end }}', 'sdc'],
  ['{{ (index .Alerts 0).Fingerprint }} {{ (index .Alerts.Resolved 0).Fingerprint }}', 'f1 f2'],
  ['{{ (index .Alerts 0).StartsAt }}', '2026-01-02 03:04:05.123 +0000 UTC'],
  ['{{ (index .Alerts 0).StartsAt.Format "2006-01-02T15:04" }}', '2026-01-02T03:04'],
  ['{{ (index .Alerts 0).EndsAt.IsZero }} {{ (index .Alerts 1).EndsAt.IsZero }}', 'true false'],
  ['{{ with index .Alerts 1 }}{{ .EndsAt.Sub .StartsAt }}{{ end }}', '1h0m0s'],
  ['{{ (index .Alerts 1).StartsAt.Unix }}', '1767323045'],
  ['{{ (index .Alerts 0).Annotations.runbook_url }}', 'https://r/x?a=1&b=2'],
  ['{{ (index .Alerts 0).GeneratorURL }}', 'javascript:alert(1)'],
  [
    '{{ printf "%T %T %T %T" .Alerts .Alerts.Firing .GroupLabels . }}',
    'template.Alerts []template.Alert template.KV template.Data',
  ],
  [
    '{{ printf "%T %T" (index .Alerts 0) .GroupLabels.SortedPairs }}',
    'template.Alert template.Pairs',
  ],
  ['{{ .CommonAnnotations.summary }}', 'Disk <sdb> & "co" is failing'],
  ['{{ .CommonAnnotations.summary | html }}', 'Disk &lt;sdb&gt; &amp; &#34;co&#34; is failing'],
  ['{{ .CommonAnnotations.summary | printf "%q" }}', '"Disk <sdb> & \\"co\\" is failing"'],
  ['{{ .Receiver | urlquery }}', 'ops%2Fall'],
  ['{{ if gt (len .Alerts.Firing) 0 }}on{{ else }}off{{ end }}', 'on'],
  ['{{ if eq .Status "firing" }}{{ .Alerts.Firing | len }}{{ end }}', '1'],
  [
    '{{ define "x" }}<{{ . }}>{{ end }}{{ range .GroupLabels }}{{ template "x" . }}{{ end }}',
    '<DiskFailing><a b>',
  ],
  ['{{ $n := 0 }}{{ range $i, $a := .Alerts }}{{ $n = $i }}{{ end }}{{ $n }}', '1'],
]

/** Newer than amtool 0.25, or ours. */
export const newer: readonly TemplateCase[] = [
  ['[{{ trimSpace " a\\n" }}]', '[a]'],
  ['{{ date "2006-01-02 15:04:05 MST" (index .Alerts 1).EndsAt }}', '2026-01-02 04:04:05 UTC'],
  ['{{ (index .Alerts 0).StartsAt | date "Jan 2 15:04:05.000" }}', 'Jan 2 03:04:05.123'],
  [
    '{{ (index .Alerts 0).StartsAt | tz "Europe/Paris" | date "15:04 MST -0700" }}',
    '04:04 CET +0100',
  ],
  ['{{ tz "America/New_York" (index .Alerts 0).StartsAt }}', '2026-01-01 22:04:05.123 -0500 EST'],
  ['{{ now | date "2006-01-02T15:04:05Z07:00" }}', '2026-01-02T03:05:05Z'],
  ['{{ since (index .Alerts 1).StartsAt }}', '1m0s'],
  ['{{ since (index .Alerts 1).StartsAt | humanizeDuration }}', '1m 0s'],
  ['{{ humanizeDuration 86400 }} {{ humanizeDuration 3661.5 }}', '1d 0h 0m 0s 1h 1m 1s'],
  [
    '{{ humanizeDuration "0.0123" }} {{ humanizeDuration 0 }} {{ humanizeDuration -90 }}',
    '12.3ms 0s -1m 30s',
  ],
  ['{{ humanizeDuration "1e3" }} {{ humanizeDuration "NaN" }}', '16m 40s NaN'],
  ['{{ toDate "2006-01-02" "2026-03-04" }}', '2026-03-04 00:00:00 +0000 UTC'],
  ['{{ (toDate "2006-01-02" "no date").IsZero }}', 'true'],
  ['{{ mustToDate "15:04" "07:08" | date "3:04pm" }}', '7:08am'],
  ['{{ toJson .GroupLabels }}', '{"alertname":"DiskFailing","zone":"a b"}'],
  [
    '{{ toJson "<a&b>" }} {{ toJson 1 }} {{ toJson 1.5 }} {{ toJson nil }}',
    '"\\u003ca\\u0026b\\u003e" 1 1.5 null',
  ],
  [
    '{{ toJson (index .Alerts 1).StartsAt }} {{ toJson (stringSlice "a") }}',
    '"2026-01-02T03:04:05Z" ["a"]',
  ],
  ['{{ toJson (index .Alerts.Resolved 0).Labels.Names }}', '["alertname","disk","node","zone"]'],
  ['{{ toJson (index .GroupLabels.SortedPairs 0) }}', '{"Name":"alertname","Value":"DiskFailing"}'],
  [
    '{{ (index .Alerts 1) | toJson }}',
    '{"status":"resolved","labels":{"alertname":"DiskFailing","disk":"sdc","node":"n1","zone":"a b"},"annotations":{"summary":"Disk \\u003csdb\\u003e \\u0026 \\"co\\" is failing"},"startsAt":"2026-01-02T03:04:05Z","endsAt":"2026-01-02T04:04:05Z","generatorURL":"http://p/g?x=\\"y\\"","fingerprint":"f2"}',
  ],
  [
    '{{ $d := dict "a" 1 "b" "x" }}{{ $d.a }}{{ $d.b }}{{ $d.c }} {{ toJson $d }}',
    '1x<no value> {"a":1,"b":"x"}',
  ],
  ['{{ list 1 "a" nil }} {{ len (list) }}', '[1 a <nil>] 0'],
  ['{{ append (list 1) 2 3 }} {{ append (stringSlice "a") "b" | toJson }}', '[1 2 3] ["a","b"]'],
  [
    '{{ $l := list }}{{ range .Alerts }}{{ $l = append $l .Labels.disk }}{{ end }}{{ $l }}',
    '[sdb sdc]',
  ],
  ['{{ base64encode "hé" }} {{ base64decode "aMOp" }}', 'aMOp hé'],
  ['{{ urlUnescape "a%2Fb+c" }}', 'a/b c'],
  ['{{ safeUrl "x:y" }} {{ printf "%T" (safeUrl "x") }}', 'x:y template.URL'],
  [
    '{{ .NotificationReason }} {{ .RouteLabels.team }} {{ routeLabels.team }}',
    'first notification storage storage',
  ],
  ['{{ .RouteLabels.nope }}|{{ .RouteLabels.SortedPairs }}', '|[{team storage}]'],
  [
    '{{ .TruncatedAlerts }} {{ .GroupKey }} {{ .IdempotencyKey }}',
    '2 {}:{alertname="DiskFailing"} lane-key',
  ],
  ['{{ (index .Alerts 0).Trace }}|', '|'],
  ['{{ toJson .RouteLabels }}{{ len (toJson .) | lt 100 }}', '{"team":"storage"}true'],
  [
    '{{ toUpper (index .Alerts 0).Labels.disk }}{{ template "__subject" . }}',
    'SDB[FIRING:1] DiskFailing a b (n1)',
  ],
  ['{{ template "__counts" . }}', '1 firing, 1 resolved, 2 more not listed'],
  ['{{ template "slack.default.titlelink" . }}', 'http://am.example/#/alerts?receiver=ops%2Fall'],
]

/** Escaped by where it stands; amtool renders HTML too. */
export const pages: readonly TemplateCase[] = [
  [
    '<p>{{ .CommonAnnotations.summary }}</p>',
    '<p>Disk &lt;sdb&gt; &amp; &#34;co&#34; is failing</p>',
  ],
  [
    '<p title="{{ .CommonAnnotations.summary }}">',
    '<p title="Disk &lt;sdb&gt; &amp; &#34;co&#34; is failing">',
  ],
  [
    '{{ range .Alerts }}<a href="{{ .GeneratorURL }}">x</a>{{ end }}',
    '<a href="#ZgotmplZ">x</a><a href="http://p/g?x=%22y%22">x</a>',
  ],
  [
    '<a href="{{ (index .Alerts 0).Annotations.runbook_url }}">',
    '<a href="https://r/x?a=1&amp;b=2">',
  ],
  ['<a href="/?r={{ .Receiver }}&z={{ .GroupLabels.zone }}">', '<a href="/?r=ops%2fall&z=a%20b">'],
  ['<b>{{ safeHtml "<i>x</i>" }}</b>{{ safeHtml "<i>" | toUpper }}', ''],
  ['<b>{{ safeHtml "<i>x</i>" }}</b>', '<b><i>x</i></b>'],
  ['<div style="color: {{ if eq .Status "firing" }}#b00{{ end }}">', '<div style="color: #b00">'],
  [
    '<div style="color: {{ .Status }}; a: {{ .ExternalURL }}">',
    '<div style="color: firing; a: ZgotmplZ">',
  ],
  [
    '<script>x = {{ .GroupLabels }}; y = "{{ .CommonAnnotations.summary }}"</script>',
    '<script>x = {"alertname":"DiskFailing","zone":"a b"}; y = "Disk \\u003csdb\\u003e \\u0026 \\u0022co\\u0022 is failing"</script>',
  ],
  [
    '<p>{{ .CommonAnnotations.summary | html }}</p>',
    '<p>Disk &lt;sdb&gt; &amp; &#34;co&#34; is failing</p>',
  ],
  [
    '<!-- {{ .Status }} --><p class={{ .Status }}>{{ .CommonLabels.nope }}</p>',
    '<p class=firing></p>',
  ],
  ['{{ if .Alerts }}<a href="{{ else }}<b>{{ end }}', ''],
  [
    '<p>{{ .CommonLabels.SortedPairs }}{{ len .Alerts }}</p>',
    '<p>[{alertname DiskFailing} {node n1} {zone a b}]2</p>',
  ],
]

/** What is refused, and why. */
export const refused: readonly TemplateCase[] = [
  [
    '{{ .Nope }}',
    `template: :1:3: executing "" at <.Nope>: can't evaluate field Nope in type template.Data`,
  ],
  ['{{ nope }}', 'template: :1: function "nope" not defined'],
  [
    '{{ template "nope" . }}',
    'template: :1:12: executing "" at <{{template "nope" .}}>: template "nope" not defined',
  ],
  ['{{ join "," .Alerts }}', 'wrong type for value; expected []string; got template.Alerts'],
  ['{{ safeHtml "x" | toUpper }}', 'wrong type for value; expected string; got template.HTML'],
  ['{{ reReplaceAll "(" "" "x" }}', 'error calling reReplaceAll: '],
  ['{{ match "[" "x" }}', 'error calling match: '],
  ['{{ tz "Nowhere/Land" now }}', 'error calling tz: unknown time zone Nowhere/Land'],
  ['{{ date "2006" .Status }}', 'wrong type for value; expected time.Time; got string'],
  ['{{ mustToDate "2006" "x" }}', 'error calling mustToDate: parsing time "x" as "2006"'],
  ['{{ humanizeDuration "x" }}', 'error calling humanizeDuration: parsing "x": invalid syntax'],
  ['{{ humanizeDuration .Alerts }}', "can't convert template.Alerts to float"],
  ['{{ dict "a" }}', 'dict takes pairs'],
  ['{{ dict 1 2 }}', 'dict takes text as keys, found int'],
  ['{{ append "x" 1 }}', 'cannot append to type string'],
  ['{{ base64decode "*" }}', 'illegal base64 data'],
  ['{{ urlUnescape "%zz" }}', 'invalid URL escape'],
  ['{{ .CommonLabels.Remove "x" }}', `can't handle "x" for arg of type []string`],
]

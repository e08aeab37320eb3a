/** Samples of routes, matchers and inhibition rules, for `samples.conformance.ts`. */
import type { ConfigSample } from './sample.conformance.ts'

const route = (more: string) =>
  `route: { receiver: r, routes: [{ ${more} }] }\nreceivers: [{ name: r }]\n`
const root = (more: string) => `route: { receiver: r, ${more} }\nreceivers: [{ name: r }]\n`
const rule = (more: string) =>
  `route: { receiver: r }\nreceivers: [{ name: r }]\ninhibit_rules: [{ ${more} }]\n`

const valid: Readonly<Record<string, string>> = {
  'a matcher in braces that is left open': route("matchers: ['{a=b']"),
  'a matcher without a value': route("matchers: ['a=']"),
  'a matcher with an empty value': route(`matchers: ['a=""']`),
  'an empty matcher': route("matchers: ['']"),
  'no matcher': route('matchers: []'),
  'a matcher that is nothing': route('matchers: [null]'),
  'empty braces': route("matchers: ['{}']"),
  'a comma at the end': route("matchers: ['{a=b,c=d,}']"),
  'space around everything': route(`matchers: [' { a = "b" , c != d } ']`.replace("' {", "'{")),
  'an escape': route(`matchers: ['a="say \\"hi\\" \\n \\\\"']`),
  'an escape that is none': route(`matchers: ['a="\\d"']`),
  'a value of several words': route("matchers: ['a=b c d']"),
  'an equals sign in a value': route("matchers: ['a=b=c']"),
  'a regex of alternatives': route("matchers: ['a=~b|c|d.+']"),
  'a regex with a class': route("matchers: ['a=~[a-z]+[0-9]*']"),
  'a regex that is empty': route("matchers: ['a=~']"),
  'a regex with flags': route("matchers: ['a=~(?i)abc']"),
  'a regex with a comma in quotes': route(`matchers: ['a=~"x{1,3}"']`),
  'a name with a colon in a matcher': route("matchers: ['a:b=c']"),
  'a value beyond ASCII': route("matchers: ['a=ü🙂']"),
  'nothing for the old matchers': route('match: , match_re: '),
  'an old matcher of a number': route('match: { a: 5, b: true, c: 1.50 }'),
  'an old regex': route("match_re: { a: '(b|c)d?' }"),
  'a route of no receiver': route("receiver: '', matchers: [a=b]"),
  'continue in the words of YAML 1.1': route('matchers: [a=b], continue: yes'),
  'continue switched off': route('matchers: [a=b], continue: off'),
  'no routes': root('routes: '),
  'an empty list of routes': root('routes: []'),
  'group_by that is nothing': root('group_by: '),
  'group_by of numbers and truths': root('group_by: [a1, true]'),
  'group everything apart twice': root("group_by: ['...', '...']"),
  'a wait of 0': root('group_wait: 0'),
  'all units of a duration': root('repeat_interval: 1y2w3d4h5m6s7ms'),
  'a receiver whose name is a number': 'route: { receiver: 1 }\nreceivers: [{ name: 1 }]\n',
  'a merge key': `route:
  receiver: r
  routes:
  - &x { matchers: [a=b], group_wait: 1s }
  - { <<: *x, matchers: [c=d] }
receivers: [{ name: r }]
`,
  'a second document': `${root('group_by: [a]')}---\nwhatever: true\n`,
  'a document mark first': `---\n${root('group_by: [a]')}`,
  'an empty global': `global:\n${root('group_by: [a]')}`,
  'a comment in every place': `# one\n${root('group_by: [a]')}# two\n`,
  'a receiver that nothing names':
    'route: { receiver: r }\nreceivers: [{ name: r }, { name: q }]\n',
  'deep routes': root(
    'routes: [{ matchers: [a=b], routes: [{ matchers: [c=d], routes: [{ matchers: [e=f] }] }] }]',
  ),
  'a rule of nothing': rule(''),
  'a rule that names no source': rule('target_matchers: [a=b]'),
  'a rule that names no target': rule('source_matchers: [a=b], equal: [c]'),
  'a rule in both spellings': rule(
    "source_match: { a: b }, source_match_re: { c: 'd|e' }, source_matchers: [f!=g], " +
      'target_match: { h: i }, target_match_re: { j: k.* }, target_matchers: [l!~m], equal: [n, o]',
  ),
  'a rule whose equal is nothing': rule('source_matchers: [a=b], equal: '),
  'a rule that lists a label twice': rule('source_matchers: [a=b], equal: [c, c]'),
}

const newer: Readonly<Record<string, readonly [yaml: string, newer: string]>> = {
  'a name beyond ASCII': [route("matchers: ['ü=b']"), '0.27: names of any letters'],
  'a name in quotes': [route(`matchers: ['"a b"=c']`), '0.27: names of any letters'],
  'a name that begins with a digit': [route("matchers: ['0a=b']"), '0.27: names of any letters'],
  'group_by beyond ASCII': [root("group_by: ['a-b', ü]"), '0.27: names of any letters'],
  'equal beyond ASCII': [rule("equal: ['a b']"), '0.27: names of any letters'],
  'a rule with a name': [rule('name: x, source_matchers: [a=b]'), '0.30: name'],
  'labels of a route': [route("labels: { team: '{{ .Receiver }}' }"), '0.34: labels'],
  'labels of a receiver': [
    'route: { receiver: r }\nreceivers: [{ name: r, labels: { team: x } }]\n',
    '0.33: labels',
  ],
  tracing: [
    `tracing: { endpoint: 'h:4317', client_type: http, insecure: true, compression: gzip }
${root('group_by: [a]')}`,
    '0.30: tracing',
  ],
  'TLS for mail in global': [
    `global: { smtp_tls_config: { server_name: h } }\n${root('group_by: [a]')}`,
    '0.28: smtp_tls_config',
  ],
  event_recorder: [
    `event_recorder: { file_outputs: [{ path: x }], webhook_outputs: [{ url: 'http://h' }],
  stdout_outputs: [{}], kafka_outputs: [{ brokers: ['h:1'], topic: t }] }
${root('group_by: [a]')}`,
    '0.33: event_recorder',
  ],
}

const invalid: Readonly<Record<string, readonly [yaml: string, says: string]>> = {
  'matchers that are no list': [route('matchers: a=b'), 'matchers must be a list'],
  'two commas': [route("matchers: ['a=b,,c=d']"), 'bad matcher format: '],
  'a comma first': [route("matchers: [',a=b']"), 'bad matcher format: '],
  'a quote left open': [route(`matchers: ['a="b']`), 'contains unescaped double quote: "b'],
  'a quote within': [route(`matchers: ['a=b"c']`), 'contains unescaped double quote: b"c'],
  'words after a quote': [route(`matchers: ['a="b"c']`), 'unescaped double quote: "b"c'],
  'a matcher without a name': [route("matchers: ['=b']"), 'bad matcher format: =b'],
  'a wrong operator': [route("matchers: ['a<b']"), 'bad matcher format: a<b'],
  'a regex that looks ahead': [route("matchers: ['a=~(?=b)']"), 'Cannot compile regex "(?=b)"'],
  'a regex that repeats nothing': [route("matchers: ['a=~*']"), 'Cannot compile regex "*"'],
  'a negated regex that is broken': [route("matchers: ['a!~[']"), 'Cannot compile regex "["'],
  'an old matcher with a colon': [route("match: { 'a:b': c }"), 'invalid label name "a:b"'],
  'an old matcher beyond ASCII': [route('match: { ü: c }'), 'invalid label name "ü"'],
  'an old regex with a digit first': [route('match_re: { 0a: c }'), 'invalid label name "0a"'],
  'an old regex that is broken': [route("match_re: { a: '(' }"), 'Cannot compile regex "("'],
  'an old matcher that is a list': [route('match: [a]'), 'match must be a mapping'],
  'continue as text': [route("continue: 'true'"), 'continue must be true or false'],
  'continue as a number': [route('continue: 1'), 'continue must be true or false'],
  'routes that are a mapping': [root('routes: { a: b }'), 'routes must be a list'],
  'a route that is text': [root('routes: [x]'), 'route.routes[0] must be a mapping'],
  'group_by that is no list': [root('group_by: a'), 'group_by must be a list'],
  'group_by of nothing': [root("group_by: ['']"), 'invalid label name "" in group_by list'],
  'group_by of null': [root('group_by: [null]'), 'invalid label name "" in group_by list'],
  'a duration without a unit': [root('group_wait: 5'), 'not a valid duration string: "5"'],
  'a negative duration': [root('group_wait: -5s'), 'not a valid duration string: "-5s"'],
  'units out of order': [root('group_wait: 5s1m'), 'not a valid duration string: "5s1m"'],
  'a duration with a fraction': [root('group_wait: 1.5m'), 'not a valid duration string: "1.5m"'],
  'an empty duration': [root("group_wait: ''"), 'not a valid duration string: ""'],
  'an interval of 0 below': [route('group_interval: 0s'), 'group_interval cannot be zero'],
  'old matchers at the root': [root('match: { a: b }'), 'must not have any matchers'],
  'old regexes at the root': [root('match_re: { a: b }'), 'must not have any matchers'],
  'a root that is a list': ['route: []\nreceivers: [{ name: r }]', 'route must be a mapping'],
  'an empty receiver at the root': [
    "route: { receiver: '' }\nreceivers: [{ name: r }]",
    'root route must specify a default receiver',
  ],
  'no receivers at all': ['route: { receiver: r }', 'undefined receiver "r" used in route'],
  'a receiver without a name': [
    'route: { receiver: r }\nreceivers: [{ name: r }, { webhook_configs: [] }]',
    'missing name in receiver',
  ],
  'a receiver with an empty name': [
    "route: { receiver: r }\nreceivers: [{ name: r }, { name: '' }]",
    'missing name in receiver',
  ],
  'receivers that are a mapping': [
    'route: { receiver: r }\nreceivers: { name: r }',
    'receivers must be a list',
  ],
  'a deep receiver that is not there': [
    root('routes: [{ matchers: [a=b], routes: [{ matchers: [c=d], receiver: gone }] }]'),
    'undefined receiver "gone" used in route',
  ],
  'an unknown key in a deep route': [
    root('routes: [{ routes: [{ group_wiat: 1s }] }]'),
    'field group_wiat not found in type config.plain: route.routes[0].routes[0] takes',
  ],
  'a key of other case': [root('Group_by: [a]'), 'field Group_by not found'],
  'a tab for an indent': ['route:\n\treceiver: r', 'line 2: '],
  'an alias to nothing': ['route: *gone', 'line 1: '],
  'an unknown key in a rule': [rule('source_matcher: [a=b]'), 'field source_matcher not found'],
  'a rule with a broken matcher': [rule('source_matchers: [ab]'), 'bad matcher format: ab'],
  'a rule with a broken regex': [rule("target_match_re: { a: '[' }"), 'Cannot compile regex'],
  'a rule with an old name that is none': [
    rule("source_match: { 'a-b': c }"),
    'invalid label name "a-b"',
  ],
  'an empty name in equal': [rule("equal: ['']"), 'invalid label name "" in equal list'],
  'equal that is no list': [rule('equal: a'), 'equal must be a list'],
  'rules that are a mapping': [
    'route: { receiver: r }\nreceivers: [{ name: r }]\ninhibit_rules: { equal: [a] }',
    'inhibit_rules must be a list',
  ],
  'tracing to nowhere': [
    `tracing: { insecure: true }\n${root('group_by: [a]')}`,
    'tracing endpoint must be set',
  ],
  'tracing in an unknown way': [
    `tracing: { endpoint: h, client_type: udp }\n${root('group_by: [a]')}`,
    'expected tracing client type to be to be http or grpc, but got udp',
  ],
  'tracing packed in an unknown way': [
    `tracing: { endpoint: h, compression: lz4 }\n${root('group_by: [a]')}`,
    'invalid compression type lz4 provided, valid options: gzip',
  ],
  'an event file without a path': [
    `event_recorder: { file_outputs: [{}] }\n${root('group_by: [a]')}`,
    'event_recorder file output requires a path',
  ],
  'an event queue without a topic': [
    `event_recorder: { kafka_outputs: [{ brokers: [h] }] }\n${root('group_by: [a]')}`,
    'event_recorder kafka output requires a topic',
  ],
  'a label of a receiver without a name': [
    "route: { receiver: r }\nreceivers: [{ name: r, labels: { '': x } }]\n",
    'invalid label name "" in receiver labels',
  ],
}

export const routeSamples: readonly ConfigSample[] = [
  ...Object.entries(valid).map(([name, yaml]) => ({ name, yaml, isValid: true })),
  ...Object.entries(newer).map(([name, [yaml, since]]) => ({ name, yaml, isValid: true, since })),
  ...Object.entries(invalid).map(([name, [yaml, says]]) => ({ name, yaml, isValid: false, says })),
]

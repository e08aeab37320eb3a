/** Configurations that ours and amtool have to judge alike, with the judgement. */
import { intervalSamples } from './interval-samples.conformance.ts'
import { pagingSamples } from './paging-samples.conformance.ts'
import { routeSamples } from './route-samples.conformance.ts'
import type { ConfigSample } from './sample.conformance.ts'

const receivers = 'receivers: [{ name: r }]'
const root = (more: string) => `route:\n  receiver: r\n${more}\n${receivers}\n`
const under = (more: string) => `route: { receiver: r }\nreceivers:\n- name: r\n${more}\n`

const valid: Readonly<Record<string, string>> = {
  'the least': root(''),
  'every interval': root('  group_wait: 0s\n  group_interval: 1h30m\n  repeat_interval: 1w'),
  'group by everything': root("  group_by: ['...']"),
  'group by nothing': root('  group_by: []'),
  'matchers old and new': root(
    '  routes:\n  - match: { a: b }\n    match_re: { c: d.* }\n    matchers: [\'e!="f"\', g!~h]',
  ),
  'several matchers in braces': root('  routes:\n  - matchers: [\'{a="b",c=~"d|e"}\']'),
  'a child that continues': root('  routes:\n  - matchers: [a=b]\n    continue: true'),
  'a route of routes': root('  routes:\n  - matchers: [a=b]\n    routes: [{ matchers: [c=d] }]'),
  'an inhibition rule': root(
    '\ninhibit_rules:\n- source_matchers: [a=b]\n  target_matchers: [c=d]\n  equal: [node]',
  ),
  'an old inhibition rule': root(
    '\ninhibit_rules:\n- source_match: { a: b }\n  target_match_re: { c: d.+ }',
  ),
  'a webhook': under('  webhook_configs: [{ url: "http://h:1/x", send_resolved: false }]'),
  'a webhook with a login': under(
    '  webhook_configs:\n  - url: https://h/\n    max_alerts: 3\n' +
      '    http_config: { basic_auth: { username: u, password: p } }',
  ),
  'a webhook with a token in a file': under(
    '  webhook_configs:\n  - url: https://h/\n' +
      '    http_config: { authorization: { credentials_file: /nowhere } }',
  ),
  'a mail': under('  email_configs: [{ to: a@b, from: c@d, smarthost: "h:25", hello: me }]'),
  'a mail from global': `global: { smtp_from: a@b, smtp_smarthost: 'h:587', resolve_timeout: 1m }
${under('  email_configs: [{ to: x@y, headers: { Subject: hello }, require_tls: false }]')}`,
  'a number as YAML 1.1 has it': under(
    '  webhook_configs: [{ url: "http://h", max_alerts: 1_000 }]',
  ),
  'a number in octal': under('  webhook_configs: [{ url: "http://h", max_alerts: 010 }]'),
  'anchors and aliases': `route: { receiver: r, routes: [{ matchers: &m [a=b] }, { matchers: *m }] }
${receivers}`,
}

const invalid: Readonly<Record<string, readonly [yaml: string, says: string]>> = {
  'not YAML': ['route: [', 'line 1: '],
  empty: ['', 'no route provided in config'],
  'no route': [receivers, 'no routes provided'],
  'an unknown key at the top': [
    `rout: {}\n${root('')}`,
    'line 1: field rout not found in type config.plain: the file takes global, route',
  ],
  'an unknown key in a route': [
    root('  group_bye: [a]'),
    'line 3: field group_bye not found in type config.plain: route takes receiver',
  ],
  'an unknown key in a receiver': [
    under('  webhok_configs: []'),
    'line 4: field webhok_configs not found in type config.plain: receivers[0] takes name',
  ],
  'an unknown key in a webhook': [
    under('  webhook_configs: [{ url: "http://h", uri: x }]'),
    'line 4: field uri not found in type config.plain: receivers[0].webhook_configs[0] takes',
  ],
  'a key given twice': [root('  receiver: r'), 'line 3: key "receiver" already set in map'],
  'no receiver at the root': [
    `route: {}\n${receivers}`,
    'root route must specify a default receiver',
  ],
  'a receiver that is not there': [
    root('  routes: [{ receiver: gone }]'),
    'line 3: undefined receiver "gone" used in route',
  ],
  'two receivers of one name': [
    'route: { receiver: r }\nreceivers: [{ name: r }, { name: r }]',
    'notification config name "r" is not unique',
  ],
  'matchers at the root': [root('  matchers: [a=b]'), 'must not have any matchers'],
  'continue at the root': [root('  continue: true'), 'cannot have continue in root route'],
  'a label twice in group_by': [root('  group_by: [a, a]'), 'duplicated label "a" in group_by'],
  'group by everything and more': [
    root("  group_by: ['...', a]"),
    'cannot have wildcard group_by (`...`) and other labels at the same time',
  ],
  'an interval of nothing': [root('  group_interval: 0s'), 'group_interval cannot be zero'],
  'no repeat': [root('  repeat_interval: 0s'), 'repeat_interval cannot be zero'],
  'a wait that is no duration': [
    root('  group_wait: soon'),
    'not a valid duration string: "soon" in route.group_wait',
  ],
  'a matcher without an operator': [
    root('  routes: [{ matchers: [ab] }]'),
    'bad matcher format: ab',
  ],
  'a regex that does not compile': [
    root("  routes: [{ matchers: ['a=~(']}]"),
    'Cannot compile regex "("',
  ],
  'a webhook without an address': [
    under('  webhook_configs: [{ send_resolved: true }]'),
    'one of url or url_file must be configured',
  ],
  'a webhook to nowhere': [
    under('  webhook_configs: [{ url: "ftp://h/" }]'),
    'unsupported URL in receivers[0].webhook_configs[0].url',
  ],
  'two ways to log in': [
    under(
      '  webhook_configs:\n  - url: http://h\n    http_config:\n' +
        '      basic_auth: { username: u }\n      authorization: { credentials: c }',
    ),
    'at most one of basic_auth, oauth2 & authorization must be configured',
  ],
  'a mail to nobody': [
    under('  email_configs: [{ from: c@d, smarthost: "h:25" }]'),
    'missing to address in email config',
  ],
  'a mail from nobody': [
    under('  email_configs: [{ to: a@b, smarthost: "h:25" }]'),
    'no global SMTP from set',
  ],
  'a mail without a server': [
    under('  email_configs: [{ to: a@b, from: c@d }]'),
    'no global SMTP smarthost set',
  ],
  'a server without a port': [
    under('  email_configs: [{ to: a@b, from: c@d, smarthost: h }]'),
    'address h: missing port in address',
  ],
  'a number in quotes': [
    under("  webhook_configs: [{ url: 'http://h', max_alerts: '5' }]"),
    'max_alerts must be a whole number of at least 0',
  ],
  'no number': [
    under("  webhook_configs: [{ url: 'http://h', max_alerts: '' }]"),
    'max_alerts must be a whole number of at least 0',
  ],
  'a global address that is none, and that nobody needs': [
    `global: { pagerduty_url: nowhere }\n${root('')}`,
    'unsupported URL in global.pagerduty_url',
  ],
  'a global secret address that is none': [
    `global: { slack_api_url: 'ftp://h' }\n${root('')}`,
    'unsupported URL in global.slack_api_url',
  ],
  'an address that the key does not need': [
    under('  pagerduty_configs: [{ service_key: k, url: nowhere }]'),
    'unsupported URL in receivers[0].pagerduty_configs[0].url',
  ],
  'text for a truth': [
    under('  webhook_configs: [{ url: "http://h", send_resolved: perhaps }]'),
    'send_resolved must be true or false',
  ],
}

export const samples: readonly ConfigSample[] = [
  ...intervalSamples,
  ...pagingSamples,
  ...routeSamples,
  ...Object.entries(valid).map(([name, yaml]) => ({ name, yaml, isValid: true })),
  ...Object.entries(invalid).map(([name, [yaml, says]]) => ({ name, yaml, isValid: false, says })),
]

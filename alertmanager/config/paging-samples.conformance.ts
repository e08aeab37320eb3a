/** Entries of receivers that wake people up, which ours and amtool have to judge alike. */

/** What stands in `global:`, and the receiver's one list. */
type Entry = readonly [global: string, entry: string]

const valid: Readonly<Record<string, Entry>> = {
  'the least of PagerDuty': ['', 'pagerduty_configs: [{ routing_key: a }]'],
  'both keys of PagerDuty': ['', 'pagerduty_configs: [{ routing_key: a, service_key: b }]'],
  'all of PagerDuty': [
    'pagerduty_url: http://h',
    `pagerduty_configs:
  - { service_key: a, url: "http://h", client: c, client_url: u, description: d, severity: s,
      class: c, component: d, group: g, details: { a: b }, send_resolved: false,
      images: [{ src: s, alt: a, href: h }], links: [{ href: h, text: t }],
      http_config: { follow_redirects: false } }`,
  ],
  'Opsgenie by a global key': ['opsgenie_api_key: k', 'opsgenie_configs: [{ message: a }]'],
  'Opsgenie by a global file': ['opsgenie_api_key_file: f', 'opsgenie_configs: [{ message: a }]'],
  'all of Opsgenie': [
    'opsgenie_api_url: http://h',
    `opsgenie_configs:
  - { api_key: a, api_url: "http://h", message: m, description: d, source: s, details: { a: b },
      entity: e, responders: [{ name: n, type: team }, { id: a, type: USER }], actions: a,
      tags: t, note: n, priority: P1, update_alerts: true }`,
  ],
  'VictorOps by global keys': [
    'victorops_api_key: a\n  victorops_api_url: http://h',
    'victorops_configs: [{ routing_key: a }]',
  ],
  'all of VictorOps': [
    '',
    `victorops_configs:
  - { api_key: a, api_url: "http://h", routing_key: c, message_type: m, state_message: s,
      entity_display_name: e, monitoring_tool: m, custom_fields: { a: x } }`,
  ],
  'the least of Pushover': ['', 'pushover_configs: [{ user_key: a, token: b }]'],
  'all of Pushover': [
    '',
    `pushover_configs:
  - { user_key: a, token: b, title: t, message: m, url: u, url_title: t, sound: s, priority: p,
      retry: 2m, expire: 1h, html: true }`,
  ],
  'all of SNS': [
    '',
    `sns_configs:
  - { topic_arn: a, subject: s, message: m, attributes: { a: b }, api_url: "http://h",
      sigv4: { region: r, access_key: a, secret_key: b, profile: p, role_arn: r } }`,
  ],
  'a phone by SNS': ['', 'sns_configs: [{ phone_number: "+49" }]'],
}

const invalid: Readonly<Record<string, readonly [...Entry, says: string]>> = {
  'PagerDuty without a key': [
    '',
    'pagerduty_configs: [{ url: "http://h" }]',
    'missing service or routing key in PagerDuty config',
  ],
  'Opsgenie without a key': [
    '',
    'opsgenie_configs: [{ message: a }]',
    'no global OpsGenie API Key set either inline or in a file',
  ],
  'Opsgenie with two global keys': [
    'opsgenie_api_key: k\n  opsgenie_api_key_file: f',
    'opsgenie_configs: [{ message: a }]',
    'at most one of opsgenie_api_key & opsgenie_api_key_file must be configured',
  ],
  'Opsgenie with two keys': [
    '',
    'opsgenie_configs: [{ api_key: a, api_key_file: b }]',
    'at most one of api_key & api_key_file must be configured',
  ],
  'a responder of no type': [
    '',
    'opsgenie_configs: [{ api_key: a, responders: [{ name: n, type: robot }] }]',
    'opsGenieConfig responder { n  robot} type does not match valid options',
  ],
  'a responder who is nobody': [
    '',
    'opsgenie_configs: [{ api_key: a, responders: [{ type: team }] }]',
    'opsGenieConfig responder {   team} has to have at least one of id, username or name',
  ],
  'VictorOps without a key': [
    '',
    'victorops_configs: [{ routing_key: a }]',
    'no global VictorOps API Key set',
  ],
  'VictorOps to nobody': [
    '',
    'victorops_configs: [{ api_key: a }]',
    'missing Routing key in VictorOps config',
  ],
  'VictorOps with a field of its own taken': [
    '',
    'victorops_configs: [{ api_key: a, routing_key: c, custom_fields: { entity_state: x } }]',
    'victorOps config contains custom field entity_state which cannot be used',
  ],
  'Pushover without a token': [
    '',
    'pushover_configs: [{ user_key: a }]',
    'one of token or token_file must be configured',
  ],
  'Pushover to nobody': [
    '',
    'pushover_configs: [{ token: a }]',
    'one of user_key or user_key_file must be configured',
  ],
  'SNS to nobody': [
    '',
    'sns_configs: [{ subject: a }]',
    'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config',
  ],
  'SNS to two': [
    '',
    'sns_configs: [{ topic_arn: a, phone_number: b }]',
    'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config',
  ],
  'SNS with half a key': [
    '',
    'sns_configs: [{ topic_arn: a, sigv4: { access_key: a } }]',
    'must provide a AWS SigV4 Access key and Secret Key if credentials are specified',
  ],
}

const yamlOf = (global: string, entry: string) =>
  `global:\n  resolve_timeout: 5m\n  ${global}
route: { receiver: r }\nreceivers:\n- name: r\n  ${entry}\n`

export const pagingSamples = [
  ...Object.entries(valid).map(([name, [global, entry]]) => ({
    name,
    yaml: yamlOf(global, entry),
    isValid: true,
  })),
  ...Object.entries(invalid).map(([name, [global, entry, says]]) => ({
    name,
    yaml: yamlOf(global, entry),
    isValid: false,
    says,
  })),
]

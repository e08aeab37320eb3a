/** The alertmanager.yml of a machine where nobody wrote one: mail, and repairs by the master. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { duration, optionalText, text, type Values } from '#lib/config'
import { formatDuration } from '#lib/duration'

export const mailSettings = {
  smarthost: {
    ...optionalText({
      name: 'smarthost',
      help: 'SMTP server for alerts, host:port; none: the one of zstone itself, shown under /mail.',
    }),
    parse: hostAndPort,
  },
  from: text({ name: 'from', default: 'zstone@localhost', help: 'Sender of mails.' }),
  to: text({ name: 'to', default: 'oncall@localhost', help: 'Who gets mails about alerts.' }),
  username: optionalText({ name: 'username', help: 'User name at the SMTP server.' }),
  passwordFile: optionalText({ name: 'password-file', help: 'File with the password there.' }),
  webhookUrl: optionalText({
    name: 'webhook-url',
    help: 'URL that gets every notification too, as JSON.',
  }),
  groupWaitMs: duration({
    name: 'group-wait',
    default: '10s',
    help: 'How long to gather alerts before the first notification about them.',
  }),
  groupIntervalMs: duration({
    name: 'group-interval',
    default: '1m',
    help: 'How long to gather changes before the next one.',
  }),
}

function hostAndPort(raw: unknown): string {
  if (typeof raw === 'string' && /^\S+:\d+$/.test(raw)) return raw
  throw new Error(`expected host:port, such as mail.example.org:587, found "${String(raw)}"`)
}

export interface DefaultAlerting {
  readonly settings: Values<typeof mailSettings>
  readonly ownSmtpAddress: string
  readonly masterUrl: string
  readonly masterTokenFile: string
}

/** Written anew at each start, since addresses may change; one's own file goes elsewhere. */
export async function writeDefaultAlerting(
  dataDir: string,
  plan: DefaultAlerting,
): Promise<string> {
  const path = join(dataDir, 'alertmanager.default.yml')
  await writeFile(path, textOf(plan), { mode: 0o600 })
  return path
}

const cephInhibitions = [
  '  # Who set noout works on it: what is down by that is no news. What endangers data still is.',
  '  - source_matchers: [alertname="CephMaintenance"]',
  '    target_matchers:',
  '      - alertname=~"CephOSDDown|CephOSDHostDown|CephHealthWarning|CephPGsUnclean"',
  '      - severity="warning"',
  '    equal: [cluster]',
  '  # One says what the other says, and more.',
  '  - source_matchers: [alertname="CephMonDownQuorumAtRisk"]',
  '    target_matchers: [alertname="CephMonDown"]',
  '    equal: [cluster]',
  '  - source_matchers: [alertname="CephDaemonSlowOps"]',
  '    target_matchers: [alertname="CephSlowOps"]',
  '    equal: [cluster]',
]

function textOf({ settings, ownSmtpAddress, masterUrl, masterTokenFile }: DefaultAlerting) {
  const { smarthost, username, passwordFile, webhookUrl } = settings
  const json = JSON.stringify
  const lines = [
    '# Written by zstone at each start. For your own, copy it and set --alertmanager.config.file.',
    'global:',
    `  smtp_smarthost: ${json(smarthost ?? ownSmtpAddress)}`,
    `  smtp_from: ${json(settings.from)}`,
    `  smtp_require_tls: ${smarthost !== undefined}`,
    ...(username === undefined ? [] : [`  smtp_auth_username: ${json(username)}`]),
    ...(passwordFile === undefined ? [] : [`  smtp_auth_password_file: ${json(passwordFile)}`]),
    'route:',
    '  receiver: people-and-master',
    '  group_by: [alertname, cluster, instance, node, device, pool]',
    `  group_wait: ${formatDuration(settings.groupWaitMs)}`,
    `  group_interval: ${formatDuration(settings.groupIntervalMs)}`,
    '  repeat_interval: 4h',
    '  routes:',
    '    - receiver: "null"',
    '      matchers: [alertname=~"DeadMansSwitch|CephMaintenance"]',
    'inhibit_rules:',
    '  # A disk that is down has no copies: the page about the disk says all.',
    '  - source_matchers: [alertname="DataDiskDown"]',
    '    target_matchers: [alertname="DataDiskErrors"]',
    '    equal: [data_disk]',
    ...cephInhibitions,
    'receivers:',
    '  - name: "null"',
    '  - name: people-and-master',
    '    email_configs:',
    `      - to: ${json(settings.to)}`,
    '        send_resolved: true',
    '    webhook_configs:',
    '      # The master, which may start a repair.',
    `      - url: ${json(`${masterUrl}/v1/notifications`)}`,
    '        http_config:',
    '          authorization:',
    `            credentials_file: ${json(masterTokenFile)}`,
    ...(webhookUrl === undefined ? [] : [`      - url: ${json(webhookUrl)}`]),
  ]
  return `${lines.join('\n')}\n`
}

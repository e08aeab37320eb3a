import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { parseConfig } from '../config/config.ts'

const isMissing = spawnSync('amtool', ['--version']).error !== undefined
if (isMissing) console.warn('Skipped: amtool is not installed (Debian: prometheus-alertmanager)')
const withAmtool = isMissing && !isBuildMachine() ? test.skip : test

const folder = mkdtempSync(path.join(tmpdir(), 'zstone-http-'))
afterAll(() => rmSync(folder, { recursive: true }))

const http = (settings: string) =>
  `webhook_configs: [{ url: "http://h", http_config: {${settings}} }]`
const mail = (settings: string) => `email_configs: [{ to: a@b, ${settings} }]`
const from = 'from: c@d, smarthost: "h:25"'
const token = 'client_id: c, token_url: "http://t"'

/** What every release since 0.25 judges: an entry of a receiver, and what stands in `global`. */
const samples: readonly (readonly [entry: string, global?: string])[] = [
  ['webhook_configs: [{ url: "http://h/", max_alerts: 3 }]'],
  ['webhook_configs: [{ url: "http://h/", url_file: /nowhere }]'],
  ['webhook_configs: [{ url: "h" }]'],
  ['webhook_configs: [{ url: "http://h/", max_alerts: many }]'],
  [http('')],
  [http('colour: red')],
  [http('basic_auth: {}')],
  [http('basic_auth: { username: u, password_file: /nowhere }')],
  [http('basic_auth: { username: u, password: p, password_file: f }')],
  [http('basic_auth: { username: u, passwort: p }')],
  [http('authorization: {}')],
  [http('authorization: { type: Token, credentials: c }')],
  [http('authorization: { type: basic, credentials: c }')],
  [http('authorization: { credentials: c, credentials_file: f }')],
  [http('bearer_token: t')],
  [http('bearer_token_file: /nowhere')],
  [http('bearer_token: t, bearer_token_file: f')],
  [http('bearer_token: t, basic_auth: { username: u }')],
  [http('bearer_token: t, authorization: { credentials: c }')],
  [http('basic_auth: { username: u }, authorization: { credentials: c }')],
  [http(`oauth2: { ${token}, client_secret: s, scopes: [a], endpoint_params: { b: c } }`)],
  [http(`oauth2: { ${token}, client_secret: s, client_secret_file: f }`)],
  [http(`oauth2: { ${token} }, basic_auth: { username: u }`)],
  [http(`oauth2: { ${token} }, authorization: { credentials: c }`)],
  [http('oauth2: { client_id: c }')],
  [http('oauth2: { token_url: "http://t" }')],
  [
    http(
      `oauth2: { ${token}, client_secret: s, tls_config: { ca_file: /nowhere }, proxy_url: "http://p" }`,
    ),
  ],
  [http('proxy_url: "http://u:p@h:1"')],
  [http('proxy_url: "socks5://h:1"')],
  [http('follow_redirects: false, enable_http2: false')],
  [http('follow_redirects: perhaps')],
  [http('tls_config: { ca_file: /nowhere, server_name: h, insecure_skip_verify: true }')],
  [http('tls_config: { cert_file: /c, key_file: /k, min_version: TLS12 }')],
  [http('tls_config: { min_version: SSL30 }')],
  ['webhook_configs: [{ url: "http://h" }]', 'http_config: { bearer_token: t }'],
  ['webhook_configs: [{ url: "http://h" }]', 'http_config: { bearer: t }'],
  [mail(from)],
  [mail('from: c@d')],
  [mail('smarthost: "h:25"')],
  [mail(`${from}, html: x, text: "{{ .X }}", headers: { subject: "{{ .Y }}" }`)],
  [mail(`${from}, headers: { a: x, A: y }`)],
  [mail(`${from}, hello: me, require_tls: false, tls_config: { ca_file: /nowhere }`)],
  [mail(`${from}, auth_username: u, auth_password: p, auth_identity: i, auth_secret: s`)],
  [mail(`${from}, auth_username: u, auth_password_file: /nowhere`)],
  [mail(`${from}, smtp_hello: x`)],
  [mail('from: c@d, smarthost: "h"')],
  [mail('from: c@d, smarthost: ":25"')],
  [mail('from: c@d, smarthost: "[::1]:25"')],
  [mail('from: c@d, smarthost: "h:"')],
  [mail('from: c@d, smarthost: "h:smtp"')],
  [mail('send_resolved: true'), 'smtp_from: x@y, smtp_smarthost: "h:25", smtp_hello: me'],
  [mail(from), 'smtp_auth_username: u, smtp_auth_password: p, smtp_auth_identity: i'],
  [mail(from), 'smtp_auth_secret: s, smtp_require_tls: false'],
  [mail(from), 'smtp_auth_password: p, smtp_auth_password_file: f'],
  [mail(from), 'smtp_smarthost: "h"'],
  [mail(from), 'smtp_require_tls: perhaps'],
  ['email_configs: [{ from: c@d, smarthost: "h:25" }]'],
]

withAmtool.each(samples)('amtool and ours judge %s with %s alike', (entry, global = '') => {
  const yaml = `global: { ${global} }\nroute: { receiver: r }\nreceivers:\n- name: r\n  ${entry}\n`
  const file = path.join(folder, 'am.yml')
  writeFileSync(file, yaml)
  const { status, stdout, stderr } = spawnSync('amtool', ['check-config', file], {
    encoding: 'utf8',
  })
  const said = status === 0 ? '' : stdout + stderr
  expect({ isTaken: isTaken(yaml), said }).toEqual({ isTaken: status === 0, said })
})

function isTaken(yaml: string): boolean {
  try {
    parseConfig(yaml, 'am.yml')
    return true
  } catch {
    return false
  }
}

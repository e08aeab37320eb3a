/** Reads `global:`: what receivers and alerts fall back to. */
import { durationMs, fields, type Place, plainText, refusal, text, truth } from './reader.ts'

export interface GlobalConfig {
  /** How long an alert lives whose client names no end. */
  readonly resolveTimeoutMs: number
  readonly smtp: SmtpDefaults
  readonly secrets: readonly Place[]
}

export interface SmtpDefaults {
  readonly from?: string | undefined
  readonly smarthost?: string | undefined
  readonly hello: string
  readonly authUsername?: string | undefined
  readonly authPassword?: string | undefined
  readonly authPasswordFile?: string | undefined
  readonly requireTls: boolean
}

export const globalDefaults: GlobalConfig = {
  resolveTimeoutMs: 5 * 60_000,
  smtp: { hello: 'localhost', requireTls: true },
  secrets: [],
}

const keys = {
  known: [
    'resolve_timeout',
    'smtp_from',
    'smtp_smarthost',
    'smtp_hello',
    'smtp_auth_username',
    'smtp_auth_password',
    'smtp_auth_password_file',
    'smtp_require_tls',
  ],
  later: [
    'http_config',
    'smtp_auth_identity',
    'smtp_auth_secret',
    'smtp_auth_secret_file',
    'smtp_tls_config',
    'smtp_force_implicit_tls',
    'slack_api_url',
    'slack_api_url_file',
    'slack_app_token',
    'slack_app_token_file',
    'slack_app_url',
    'pagerduty_url',
    'opsgenie_api_key',
    'opsgenie_api_key_file',
    'opsgenie_api_url',
    'victorops_api_key',
    'victorops_api_key_file',
    'victorops_api_url',
    'wechat_api_url',
    'wechat_api_secret',
    'wechat_api_secret_file',
    'wechat_api_corp_id',
    'telegram_api_url',
    'telegram_bot_token',
    'telegram_bot_token_file',
    'webex_api_url',
    'rocketchat_api_url',
    'rocketchat_token',
    'rocketchat_token_file',
    'rocketchat_token_id',
    'rocketchat_token_id_file',
    'jira_api_url',
    'mattermost_webhook_url',
    'mattermost_webhook_url_file',
  ],
}

export function readGlobal(at: Place): GlobalConfig {
  const own = fields(at, keys)
  const secrets: Place[] = []
  const secret = (place: Place) => {
    secrets.push(place)
    return text(place)
  }
  const smtp: SmtpDefaults = {
    from: own.optional('smtp_from', plainText),
    smarthost: own.optional('smtp_smarthost', hostPort),
    hello: own.optional('smtp_hello', text) ?? globalDefaults.smtp.hello,
    authUsername: own.optional('smtp_auth_username', text),
    authPassword: own.optional('smtp_auth_password', secret),
    authPasswordFile: own.optional('smtp_auth_password_file', text),
    requireTls: own.optional('smtp_require_tls', truth) ?? globalDefaults.smtp.requireTls,
  }
  if (smtp.authPassword !== undefined && smtp.authPasswordFile !== undefined)
    throw refusal(
      at,
      'at most one of smtp_auth_password & smtp_auth_password_file must be configured',
    )
  return {
    resolveTimeoutMs:
      own.optional('resolve_timeout', durationMs) ?? globalDefaults.resolveTimeoutMs,
    smtp,
    secrets,
  }
}

/** `mail.example.org:587`. */
export function hostPort(at: Place): string {
  const given = text(at)
  if (!/^\[?[^\s]*\]?:\d{1,5}$/.test(given))
    throw refusal(at, `address ${given}: missing port in address`)
  return given
}

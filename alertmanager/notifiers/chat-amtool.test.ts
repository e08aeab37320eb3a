import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { configOf } from './chat.conformance.ts'
import { discord } from './discord.ts'
import type { NotifierKind } from './notifier.ts'
import { slack } from './slack.ts'
import { telegram } from './telegram.ts'
import { webex } from './webex.ts'
import { wechat } from './wechat.ts'

const isMissing = spawnSync('amtool', ['--version']).error !== undefined
if (isMissing) console.warn('Skipped: amtool is not installed (Debian: prometheus-alertmanager)')
const withAmtool = isMissing && !isBuildMachine() ? test.skip : test

const folder = mkdtempSync(path.join(tmpdir(), 'zstone-chats-'))
afterAll(() => rmSync(folder, { recursive: true }))

const hook = 'api_url: "http://h/x"'
const bot = 'bot_token: x, chat_id: 1'
const login = 'http_config: { authorization: { credentials: x } }'
const corp = 'api_secret: x, corp_id: y'

/** What every release since 0.25 judges, as `kind, entry, global`. */
const samples: readonly (readonly [kind: NotifierKind, entry: string, global?: string])[] = [
  [slack, '{}'],
  [slack, '{}', 'slack_api_url: "http://h/x"'],
  [slack, '{}', 'slack_api_url_file: /x'],
  [slack, '{}', 'slack_api_url: "http://h", slack_api_url_file: /x'],
  [slack, `{ ${hook} }`],
  [slack, `{ ${hook}, api_url_file: /x }`],
  [slack, '{ api_url: "ftp://h/x" }'],
  [slack, `{ ${hook}, colour: red }`],
  [slack, `{ ${hook}, short_fields: true, mrkdwn_in: [text], link_names: true }`],
  [slack, `{ ${hook}, actions: [{ text: x }] }`],
  [slack, `{ ${hook}, actions: [{ type: x }] }`],
  [slack, `{ ${hook}, actions: [{ type: x, text: y }] }`],
  [slack, `{ ${hook}, actions: [{ type: x, text: y, url: "http://z" }] }`],
  [slack, `{ ${hook}, actions: [{ type: x, text: y, name: z, confirm: { title: a } }] }`],
  [slack, `{ ${hook}, actions: [{ type: x, text: y, name: z, confirm: { text: a } }] }`],
  [slack, `{ ${hook}, fields: [{ value: x }] }`],
  [slack, `{ ${hook}, fields: [{ title: x }] }`],
  [slack, `{ ${hook}, fields: [{ title: x, value: y, short: true }] }`],
  [discord, '{}'],
  [discord, '{ webhook_url: "http://h" }'],
  [discord, '{ webhook_url: nowhere }'],
  [telegram, '{}'],
  [telegram, '{ bot_token: x }'],
  [telegram, '{ chat_id: 1 }'],
  [telegram, `{ ${bot} }`],
  [telegram, '{ bot_token: x, chat_id: -1001234567890 }'],
  [telegram, '{ bot_token: x, chat_id: ops }'],
  [telegram, `{ ${bot}, parse_mode: MarkdownV2 }`],
  [telegram, `{ ${bot}, parse_mode: "" }`],
  [telegram, `{ ${bot}, parse_mode: html }`],
  [telegram, `{ ${bot} }`, 'telegram_api_url: "http://t"'],
  [webex, '{}'],
  [webex, '{ room_id: x }'],
  [webex, `{ room_id: x, ${login} }`],
  [webex, '{ room_id: x }', login],
  [wechat, '{}'],
  [wechat, '{ api_secret: x }'],
  [wechat, `{ ${corp} }`],
  [wechat, '{}', 'wechat_api_secret: x, wechat_api_corp_id: y'],
  [wechat, `{ ${corp}, message_type: markdown }`],
  [wechat, `{ ${corp}, message_type: html }`],
]

withAmtool.each(samples)('amtool and ours judge sample %# alike', (kind, entry, global = '') => {
  const file = path.join(folder, 'am.yml')
  const top = `global: { ${global} }\nroute: { receiver: r }\nreceivers:`
  writeFileSync(file, `${top}\n- name: r\n  ${kind.key}: [${entry}]\n`)
  const { status, stdout, stderr } = spawnSync('amtool', ['check-config', file], {
    encoding: 'utf8',
  })
  const takes = { amtool: status === 0, ours: isTaken(kind, entry, global) }
  expect({ entry, global, ...takes, said: takes.amtool ? '' : stdout + stderr }).toMatchObject({
    ours: takes.amtool,
  })
})

function isTaken(kind: NotifierKind, entry: string, global: string): boolean {
  try {
    configOf(kind, entry, global.replaceAll(', ', '\n'))
    return true
  } catch {
    return false
  }
}

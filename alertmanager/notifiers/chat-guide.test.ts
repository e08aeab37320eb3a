import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parseConfig } from '../config/config.ts'
import { configOf } from './chat.conformance.ts'
import { discord } from './discord.ts'
import { mattermost } from './mattermost.ts'
import { msteams } from './msteams.ts'
import { msteamsv2 } from './msteamsv2.ts'
import type { NotifierKind } from './notifier.ts'
import { rocketchat } from './rocketchat.ts'
import { slack } from './slack.ts'
import { telegram } from './telegram.ts'
import { webex } from './webex.ts'
import { wechat } from './wechat.ts'

const page = readFileSync('docs/guides/receivers-chat.md', 'utf8')
const sections = page.split(/^## /m)
const kinds = [
  ...[discord, mattermost, msteams, msteamsv2, rocketchat],
  ...[slack, telegram, webex, wechat],
]

test.each(kinds)('the guide has an example of $key that is valid', ({ key, name }) => {
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, example = '']) => example)
    .filter((example) => example.includes(`  ${key}:`))
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    const { receivers } = parseConfig(`route: { receiver: ops }\n${example}`, 'am.yml')
    expect(receivers.get('ops')?.integrations.map((one) => one.name)).toEqual([name])
  }
})

test.each(kinds)('the guide tells of every option of $key', (kind) => {
  const section = sections.find((one) => one.split('\n')[0]?.includes(`\`${kind.key}\``)) ?? ''
  const told = (option: string) =>
    section.includes(`\`${option}\``) || (sections[1] ?? '').includes(`\`${option}\``)
  expect(optionsOf(kind).filter((option) => !told(option))).toEqual([])
  const globals = [...(kind.globals?.plain ?? []), ...(kind.globals?.secret ?? [])]
  expect(globals.filter((name) => !section.includes(`\`${name}\``))).toEqual([])
})

/** As the refusal of another lists them. */
function optionsOf(kind: NotifierKind): readonly string[] {
  let says = ''
  try {
    configOf(kind, 'no_such_option: x')
  } catch (error) {
    says = String(error)
  }
  const options = / takes (.*)$/.exec(says)?.[1]?.split(', ') ?? []
  expect(options.length).toBeGreaterThan(3)
  return options
}

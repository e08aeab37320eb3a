import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { parseConfig } from '../config/config.ts'

const page = path.resolve(import.meta.dirname, '../../docs/guides/receivers-webhook-email.md')
const text = readFileSync(page, 'utf8')
const sections = new Map(
  text.split(/^## /m).map((section) => [section.split('\n', 1)[0] ?? '', section]),
)

const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, example = '']) => example)

test('the guide has examples', () => {
  expect(examples).toHaveLength(4)
})

test.each(examples)('the example is a configuration: %s', (example) => {
  const { receivers } = parseConfig(`route: { receiver: ops }\n${example}`, 'guide.yml')
  expect(receivers.get('ops')?.integrations).toHaveLength(1)
})

/** As the refusal of another option lists them. */
function optionsOf(entry: string): readonly string[] {
  const yaml = `route: { receiver: ops }\nreceivers:\n- name: ops\n  ${entry}`
  try {
    parseConfig(yaml, 'am.yml')
  } catch (error) {
    return / takes (.*)$/.exec(String(error))?.[1]?.split(', ') ?? []
  }
  return []
}

test.each([
  ['`webhook_configs`', 'webhook_configs: [{ none: 1 }]', 7],
  ['`email_configs`', 'email_configs: [{ none: 1 }]', 18],
  ['`http_config`', 'webhook_configs: [{ url: "http://h", http_config: { none: 1 } }]', 13],
])('the guide tells of every option of %s', (title, entry, count) => {
  const options = optionsOf(entry)
  expect(options).toHaveLength(count)
  expect(options.filter((option) => !sections.get(title)?.includes(`\`${option}\``))).toEqual([])
})

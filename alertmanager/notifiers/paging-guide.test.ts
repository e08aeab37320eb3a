import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { parseConfig } from '../config/config.ts'

const page = path.resolve(import.meta.dirname, '../../docs/guides/receivers-paging.md')
const text = readFileSync(page, 'utf8')
const sections = text
  .split(/^## /m)
  .map((section) => [section.split('\n', 1)[0], /```yaml\n(.*?)```/s.exec(section)?.[1]] as const)
  .filter(([, yaml]) => yaml !== undefined)

test('the guide has an example of each receiver', () => {
  expect(sections.map(([title]) => title)).toEqual([
    'PagerDuty',
    'Opsgenie',
    'VictorOps',
    'Pushover',
    'Amazon SNS',
    'Jira',
    'incident.io',
  ])
})

test.each(sections)('the example of %s is a configuration', (_, yaml) => {
  const name = /- name: (.*)/.exec(yaml ?? '')?.[1] ?? ''
  const { receivers } = parseConfig(`route: { receiver: ${name} }\n${yaml}`, 'guide.yml')
  expect(receivers.get(name)?.integrations).toHaveLength(1)
})

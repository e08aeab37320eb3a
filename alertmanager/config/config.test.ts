import { describe, expect, test } from '@jest/globals'
import { routesById } from '../arrival/routing.ts'
import { parseConfig } from './config.ts'
import { samples } from './samples.conformance.ts'

const parse = (yaml: string) => parseConfig(yaml, 'am.yml')

describe('a configuration is judged:', () => {
  test.each(samples)('$name', ({ yaml, says }) => {
    if (says === undefined) expect(() => parse(yaml)).not.toThrow()
    else {
      expect(() => parse(yaml)).toThrow('Cannot load am.yml: line ')
      expect(() => parse(yaml)).toThrow(says)
    }
  })
})

test('a key of upstream that is not built here is refused', () => {
  const yaml = 'route: { receiver: r }\nreceivers: [{ name: r }]\ninhibit_rules: [{ sources: [] }]'
  expect(() => parse(yaml)).toThrow('line 3: inhibit_rules[0].sources is not supported yet')
})

test('children inherit what they do not say', () => {
  const { root } = parse(`
route:
  receiver: a
  group_by: [alertname]
  group_wait: 1s
  repeat_interval: 3h
  routes:
  - matchers: [x=y]
    receiver: b
    routes:
    - { matchers: ['z=~"1|2"'], group_by: [], group_wait: 2s }
receivers: [{ name: a }, { name: b }]
`)
  const child = root.routes[0]
  expect(child).toMatchObject({ receiver: 'b', groupBy: ['alertname'], groupWaitMs: 1000 })
  expect(child?.routes[0]).toMatchObject({
    key: '{}/{x="y"}/{z=~"1|2"}',
    receiver: 'b',
    groupBy: [],
    groupWaitMs: 2000,
    groupIntervalMs: 300_000,
    repeatIntervalMs: 3 * 3_600_000,
  })
})

test('routes that look alike stay two, and keep their names when others come before them', () => {
  const ids = (routes: string) => {
    const { root } = parse(`route: { receiver: r, routes: [${routes}] }\nreceivers: [{ name: r }]`)
    return [...routesById(root).keys()]
  }
  const twice = ids('{ matchers: [a=b], continue: true }, { matchers: [a=b] }')
  expect(new Set(twice).size).toBe(3)
  expect(ids('{ matchers: [a=b] }, { matchers: [c=d] }').sort()).toEqual(
    ids('{ matchers: [c=d] }, { matchers: [a=b] }').sort(),
  )
})

test('what is shown holds no secret, and is otherwise the file as it stands', () => {
  const yaml = `global: { smtp_auth_password: hunter2 } # a comment
route: { receiver: r }
receivers:
- name: r
  webhook_configs:
  - { url: https://m/, http_config: { authorization: { credentials: "geheim" } } }
  - { url: "http://h/?token=abc" }
  - url: http://plain/
    http_config: { basic_auth: { username: u, password: hunter2 } }
`
  expect(parse(yaml).shown).toBe(
    yaml
      .replaceAll(/hunter2|"geheim"/g, '<secret>')
      .replaceAll(/"?(https?:\/\/)(m\/|h\/\?token=abc"|plain\/)/g, '$1<secret>'),
  )
})

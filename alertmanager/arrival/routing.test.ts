import { describe, expect, test } from '@jest/globals'
import { parseConfig } from '../config/config.ts'
import { groupOf, routesOf } from './routing.ts'
import { receiverNames, routingTrees } from './routing-cases.conformance.ts'

describe.each(routingTrees)('$about:', ({ route, alerts }) => {
  const receivers = receiverNames.map((name) => `{ name: ${name} }`).join(', ')
  const tree = parseConfig(`route: ${route}\nreceivers: [${receivers}]`, 'am.yml').root
  const rows = alerts.map(([labels, to, groups]) => [labels, to, groups ?? null] as const)
  test.each(rows)('%j goes to %s', (labels, expected, groups) => {
    const routes = routesOf(tree, labels)
    expect(routes.map(({ receiver }) => receiver).join()).toBe(expected)
    const keys = routes.map((found) => groupOf(found, labels).key)
    if (groups !== null) expect(keys).toEqual(groups)
  })
})

const { root } = parseConfig(
  `
route:
  receiver: all
  group_by: [alertname, cluster]
  routes:
  - { matchers: [team=storage], receiver: storage, routes: [
      { matchers: [severity=page], receiver: pager, group_by: ['...'] },
      { matchers: ['severity=~"warn|info"'], receiver: mail, group_by: [] } ] }
  - { matchers: [audit=yes], receiver: audit, continue: true }
  - { matchers: [team=net], receiver: net }
  - { matchers: ['team!=""'], receiver: team }
receivers: [{name: all}, {name: storage}, {name: pager}, {name: mail}, {name: audit},
  {name: net}, {name: team}]
`,
  'am.yml',
)

test.each([
  [{}, ['all']],
  [{ team: 'storage' }, ['storage']],
  [{ team: 'storage', severity: 'page' }, ['pager']],
  [{ team: 'storage', severity: 'info' }, ['mail']],
  [{ team: 'storage', severity: 'infos' }, ['storage']],
  [{ team: 'net' }, ['net']],
  [{ team: 'net', audit: 'yes' }, ['audit', 'net']],
  [{ audit: 'yes' }, ['audit']],
  [{ team: 'x', audit: 'yes' }, ['audit', 'team']],
])('an alert with %j goes to %j', (labels, receivers) => {
  expect(routesOf(root, labels).map(({ receiver }) => receiver)).toEqual(receivers)
})

const grouped = (labels: Record<string, string>) => {
  const [route = root] = routesOf(root, labels)
  return groupOf(route, labels)
}

test('a group has the labels it is grouped by, as far as its alerts have them', () => {
  expect(grouped({ alertname: 'x', cluster: 'c', node: 'n' })).toMatchObject({
    key: '{}:{alertname="x", cluster="c"}',
    labels: { alertname: 'x', cluster: 'c' },
  })
  expect(grouped({ alertname: 'x' }).key).toBe('{}:{alertname="x"}')
  expect(grouped({ team: 'storage', severity: 'info', alertname: 'x' }).key).toBe(
    '{}/{team="storage"}/{severity=~"warn|info"}:{}',
  )
  const everything = { team: 'storage', severity: 'page', alertname: 'x' }
  expect(grouped(everything).labels).toEqual(everything)
})

test('groups are the same when their labels are, and only then', () => {
  const [a, b, c] = [{ node: 'n1' }, { node: 'n2' }, { cluster: 'c' }].map((more) =>
    grouped({ alertname: 'x', ...more }),
  )
  expect(a?.id).toBe(b?.id)
  expect(a?.id).not.toBe(c?.id)
})

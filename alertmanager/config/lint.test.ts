import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createMatcher, type Matcher, matchesAll } from '#lib/matcher'
import { parseConfig } from './config.ts'
import { findingText } from './finding.ts'
import { factsOf } from './implication.ts'
import { lintConfig } from './lint.ts'
import { parseMatchers } from './matchers.ts'

const base = `
receivers:
- { name: r, webhook_configs: [{ url: http://h/ }] }
- { name: nobody }
`
const lint = (yaml: string) =>
  lintConfig(parseConfig(yaml + base, 'am.yml')).map(
    ({ check, path, line }) => `${check} @ ${path}:${line}`,
  )

const used = 'unused receiver @ receivers[1]'
const tree = (routes: string) => `route:\n  receiver: r\n  routes:\n${routes}`

test('a configuration that is in order has no finding', () => {
  expect(
    lint(`
route:
  receiver: r
  routes:
  - { matchers: [severity=critical], continue: true }
  - { matchers: [severity=critical, team=a], receiver: nobody }
  - { matchers: [severity=~"critical|warning"], group_wait: 1m, repeat_interval: 1h }
inhibit_rules:
- { source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [node] }
`),
  ).toEqual(['told to nobody @ route.routes[1]:6'])
})

test('a receiver that is called "null" is meant to drop what it gets', () => {
  const yaml = `
route: { receiver: r, routes: [{ receiver: "null", matchers: [a=b] }] }
receivers: [{ name: r, webhook_configs: [{ url: http://h/ }] }, { name: "null" }]
`
  expect(lintConfig(parseConfig(yaml, 'am.yml'))).toEqual([])
})

test.each([
  ['route: { receiver: nobody }', ['told to nobody @ route:1', 'unused receiver @ receivers[0]:3']],
  [
    tree('  - { matchers: [a=b], receiver: nobody, routes: [{ matchers: [c=d] }] }'),
    ['told to nobody @ route.routes[0]:4'],
  ],
  [tree('  - { matchers: [a=b] }\n  - { matchers: [a=b] }'), ['never reached @ route.routes[1]:5']],
  [
    tree('  - { matchers: [a=b] }\n  - { matchers: [c=d, a=b] }'),
    ['never reached @ route.routes[1]:5'],
  ],
  [tree('  - { matchers: [] }\n  - { matchers: [c=d] }'), ['never reached @ route.routes[1]:5']],
  [
    tree('  - { matchers: [a=~"x|y"] }\n  - { matchers: [a=y] }'),
    ['never reached @ route.routes[1]:5'],
  ],
  [tree('  - { matchers: [a=~"x|y"] }\n  - { matchers: [a=~"y|z"] }\n  - { matchers: [b=c] }'), []],
  [tree('  - { matchers: [a=b], continue: true }\n  - { matchers: [a=b] }'), []],
  [
    tree('  - matchers: [a=b]\n    routes:\n    - matchers: [a=c]'),
    ['never reached @ route.routes[0].routes[0]:6'],
  ],
  [tree("  - { matchers: ['a=b', 'a!=b'] }"), ['never reached @ route.routes[0]:4']],
  [tree('  - { matchers: [a=~"x.*", a!~"x.*"] }'), ['never reached @ route.routes[0]:4']],
  ['route: { receiver: r, group_wait: 10m }', ['long group_wait @ route:1']],
  ['route: { receiver: r, repeat_interval: 1m }', ['uneven repeat_interval @ route:1']],
  ['route: { receiver: r, repeat_interval: 7m }', ['uneven repeat_interval @ route:1']],
  ['route: { receiver: r, repeat_interval: 10d }', ['long repeat_interval @ route:1']],
  [
    tree('  - { matchers: [a=b], group_interval: 3h }'),
    ['uneven repeat_interval @ route.routes[0]:4'],
  ],
])('%s', (yaml, expected) => {
  const findings = lint(yaml)
  const isAbout = (finding: string) => !finding.startsWith(used) || expected.includes(finding)
  expect(findings.filter(isAbout)).toEqual(expected)
})

test('a receiver that no route names is found, each with what to do', () => {
  const config = parseConfig(`route: { receiver: r }${base}`, 'am.yml')
  expect(lintConfig(config).map(findingText)).toEqual([
    'line 4, receivers[1]: no route names receiver "nobody"; name it in a route or remove it',
  ])
})

test.each([
  ['{ source_matchers: [a=b], target_matchers: [c=d] }', 'inhibition without equal'],
  ['{ source_matchers: [a=b], target_matchers: [a=b], equal: [x] }', 'inhibition of itself'],
  ['{ equal: [x] }', 'inhibition of itself'],
  ['{ source_matchers: [a=b, a=c], target_matchers: [d=e] }', 'inhibition that never applies'],
])('of the rule %s: %s', (rule, check) => {
  const found = lint(`route: { receiver: r }\ninhibit_rules:\n- ${rule}`)
  expect(found).toContain(`${check} @ inhibit_rules[0]:3`)
})

test.each([
  ['', 'unused time interval @ time_intervals[0]:3'],
  ['mute_time_intervals: [t]', 'empty time interval @ time_intervals[0]:3'],
  ['active_time_intervals: [t]', 'never active @ route.routes[0]:1'],
])('of a time interval with %s: %s', (use, finding) => {
  const route = `route: { receiver: r, routes: [{ matchers: [a=b], ${use} }] }`
  expect(lint(`${route}\ntime_intervals:\n- { name: t }`)).toContain(finding)
})

test('what is accepted and not acted on is found too', () => {
  expect(lint('tracing: { endpoint: h:1 }\nroute: { receiver: r }')).toContain('remark @ tracing:1')
  expect(lint("route: { receiver: r, routes: [{ matchers: ['a='] }] }")).toContain(
    'remark @ route.routes[0].matchers[0]:1',
  )
})

const someMatcher: fc.Arbitrary<Matcher> = fc
  .tuple(
    fc.constantFrom('a', 'b'),
    fc.constantFrom('=', '!=', '=~', '!~'),
    fc.constantFrom('', 'x', 'y', 'x|y', 'x.*', '.*'),
  )
  .map(([name, operator, value]) => createMatcher(name, operator, value))

test('what is said to follow, or to contradict, does so for every label set', () => {
  const values = [undefined, 'x', 'y', 'xx', 'z']
  const sets = values.flatMap((a) => values.map((b) => ({ ...(a && { a }), ...(b && { b }) })))
  const matchers = fc.array(someMatcher, { maxLength: 4 })
  fc.assert(
    fc.property(matchers, matchers, (facts, wanted) => {
      const matching = sets.filter((labels) => matchesAll(facts, labels))
      if (factsOf(facts).contradict) expect(matching).toEqual([])
      if (factsOf(facts).imply(wanted))
        expect(matching.filter((labels) => !matchesAll(wanted, labels))).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['a=x', 'a!=y'],
  ['a=x', 'a=~"x|y"'],
  ['a=~"x|y"', 'a!=z'],
  ['a=~"x|y", a!=x', 'a!=z'],
  ['a=x, b=y', 'b=y'],
  ['a=x', 'b=~".*"'],
])('from %s follows %s', (facts, wanted) => {
  expect(factsOf(parseMatchers(facts)).imply(parseMatchers(wanted))).toBe(true)
  expect(factsOf(parseMatchers(wanted)).imply(parseMatchers(facts))).toBe(false)
})

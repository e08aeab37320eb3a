/** Where alerts go: trees of routes, and for label sets the receivers and the groups. */
import type { Labels } from '#lib/labels'

export interface RoutingTree {
  readonly about: string
  readonly route: string
  readonly alerts: readonly RoutedAlert[]
}

/** `groups`: as upstream writes them, from the second brace on the group's labels. */
export type RoutedAlert = readonly [labels: Labels, receivers: string, groups?: readonly string[]]

/** Names of receivers that the trees use; one list for all. */
export const receiverNames = ['a', 'b', 'c', 'd', 'e']

export const routingTrees: readonly RoutingTree[] = [
  {
    about: 'a root alone takes everything',
    route: '{ receiver: a, group_by: [x] }',
    alerts: [
      [{}, 'a', ['{}:{}']],
      [{ x: '1', y: '2' }, 'a', ['{}:{x="1"}']],
    ],
  },
  {
    about: 'the first child that matches wins',
    route: `{ receiver: a, routes: [
      { matchers: [x=1], receiver: b }, { matchers: [y=1], receiver: c },
      { matchers: [x=2], receiver: d } ] }`,
    alerts: [
      [{ x: '1' }, 'b', ['{}/{x="1"}:{}']],
      [{ x: '1', y: '1' }, 'b'],
      [{ y: '1' }, 'c'],
      [{ x: '2', y: '1' }, 'c'],
      [{ x: '2' }, 'd'],
      [{ x: '3' }, 'a', ['{}:{}']],
      [{ z: '1' }, 'a'],
    ],
  },
  {
    about: 'a child that continues lets its siblings look too',
    route: `{ receiver: a, routes: [
      { matchers: [x=1], receiver: b, continue: true },
      { matchers: ['x=~".+"'], receiver: c, continue: true },
      { matchers: [y=1], receiver: d }, { matchers: [], receiver: e } ] }`,
    alerts: [
      [{ x: '1' }, 'b,c,e'],
      [{ x: '2' }, 'c,e'],
      [{ x: '1', y: '1' }, 'b,c,d'],
      [{ y: '1' }, 'd'],
      [{}, 'e', ['{}/{}:{}']],
    ],
  },
  {
    about: 'the last child continues into nothing, and the root is not told as well',
    route: '{ receiver: a, routes: [{ matchers: [x=1], receiver: b, continue: true }] }',
    alerts: [
      [{ x: '1' }, 'b'],
      [{ x: '2' }, 'a'],
    ],
  },
  {
    about: 'depth first: a node takes what none of its children does',
    route: `{ receiver: a, routes: [
      { matchers: [x=1], receiver: b, routes: [
        { matchers: [y=1], receiver: c, routes: [{ matchers: [z=1], receiver: d }] },
        { matchers: [z=1], receiver: e } ] } ] }`,
    alerts: [
      [{ x: '1' }, 'b'],
      [{ x: '1', y: '1' }, 'c'],
      [{ x: '1', y: '1', z: '1' }, 'd', ['{}/{x="1"}/{y="1"}/{z="1"}:{}']],
      [{ x: '1', z: '1' }, 'e'],
      [{ y: '1', z: '1' }, 'a'],
    ],
  },
  {
    about: 'a child that continues below one that does not',
    route: `{ receiver: a, routes: [
      { matchers: [x=1], routes: [
        { matchers: [y=1], receiver: b, continue: true }, { matchers: [z=1], receiver: c } ] },
      { matchers: [y=1], receiver: d } ] }`,
    alerts: [
      [{ x: '1', y: '1' }, 'b'],
      [{ x: '1', y: '1', z: '1' }, 'b,c'],
      [{ x: '1' }, 'a', ['{}/{x="1"}:{}']],
      [{ y: '1' }, 'd'],
    ],
  },
  {
    about: 'a label that is missing counts as empty',
    route: `{ receiver: a, routes: [
      { matchers: ['x=""', 'y!=""'], receiver: b }, { matchers: ['x!="1"', 'y="1"'], receiver: c },
      { matchers: ['x=~"|2"', z=1], receiver: d }, { matchers: ['x!~".+"'], receiver: e } ] }`,
    alerts: [
      [{ y: '1' }, 'b'],
      [{ x: '2', y: '1' }, 'c'],
      [{ x: '2', z: '1' }, 'd'],
      [{ z: '1' }, 'd'],
      [{}, 'e'],
      [{ x: '1' }, 'a'],
    ],
  },
  {
    about: 'regexes match the whole value',
    route: `{ receiver: a, routes: [
      { matchers: ['x=~"1|2"'], receiver: b }, { matchers: ['x=~"n.*"'], receiver: c },
      { matchers: ['x!~"3.?"', 'x!=""'], receiver: d }, { match_re: { x: "3." }, receiver: e } ] }`,
    alerts: [
      [{ x: '1' }, 'b'],
      [{ x: '12' }, 'd'],
      [{ x: 'n' }, 'c'],
      [{ x: 'an' }, 'd'],
      [{ x: '3' }, 'a'],
      [{ x: '31' }, 'e'],
      [{ x: '311' }, 'd'],
    ],
  },
  {
    about: 'matchers old and new are one list, in one order',
    route: `{ receiver: a, routes: [
      { match: { y: '1' }, match_re: { x: '1|2' }, matchers: [z!=1], receiver: b } ] }`,
    alerts: [
      [{ x: '2', y: '1' }, 'b', ['{}/{x=~"1|2",y="1",z!="1"}:{}']],
      [{ x: '2', y: '1', z: '1' }, 'a'],
      [{ x: '3', y: '1' }, 'a'],
    ],
  },
  {
    about: 'grouping is handed down until it is said anew',
    route: `{ receiver: a, group_by: [x, y], routes: [
      { matchers: [z=1], receiver: b },
      { matchers: [z=2], receiver: c, group_by: [z] },
      { matchers: [z=3], receiver: d, group_by: ['...'], routes: [
        { matchers: [y=1], receiver: e }, { matchers: [y=2], receiver: e, group_by: [x] } ] },
      { matchers: [z=4], receiver: e, group_by: [] } ] }`,
    alerts: [
      [{ x: '1', y: '2', z: '1' }, 'b', ['{}/{z="1"}:{x="1", y="2"}']],
      [{ x: '1', z: '2' }, 'c', ['{}/{z="2"}:{z="2"}']],
      [{ x: '1', z: '3' }, 'd', ['{}/{z="3"}:{x="1", z="3"}']],
      [{ w: '1', y: '1', z: '3' }, 'e', ['{}/{z="3"}/{y="1"}:{w="1", y="1", z="3"}']],
      [{ x: '1', y: '2', z: '3' }, 'e', ['{}/{z="3"}/{y="2"}:{x="1"}']],
      [{ x: '1', y: '2', z: '4' }, 'e', ['{}/{z="4"}:{}']],
      [{ z: '5' }, 'a', ['{}:{}']],
    ],
  },
]

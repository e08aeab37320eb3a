/** Rules, the alerts that fire, and one of them: whether the rules hold it back. */
import type { Labels } from '#lib/labels'

export interface InhibitionCase {
  readonly about: string
  /** As YAML, one or several. */
  readonly rules: readonly string[]
  /** What fires besides. */
  readonly sources: readonly Labels[]
  readonly target: Labels
  readonly isHeld: boolean
}

const bySeverity =
  '{ source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [node] }'
const critical = { severity: 'critical', node: 'n1' }
const warning = { severity: 'warning', node: 'n1' }
const twoSided = '{ source_matchers: ["s=1"], target_matchers: ["t=1"], equal: [node] }'

export const inhibitionCases: readonly InhibitionCase[] = [
  {
    about: 'no rule holds nothing',
    rules: [],
    sources: [critical],
    target: warning,
    isHeld: false,
  },
  {
    about: 'a source on the same node',
    rules: [bySeverity],
    sources: [critical],
    target: warning,
    isHeld: true,
  },
  {
    about: 'a source on another node',
    rules: [bySeverity],
    sources: [{ ...critical, node: 'n2' }],
    target: warning,
    isHeld: false,
  },
  {
    about: 'one of several sources',
    rules: [bySeverity],
    sources: [{ ...critical, node: 'n2' }, critical],
    target: warning,
    isHeld: true,
  },
  {
    about: 'no source at all',
    rules: [bySeverity],
    sources: [{ severity: 'info', node: 'n1' }],
    target: warning,
    isHeld: false,
  },
  {
    about: 'what is no target',
    rules: [bySeverity],
    sources: [critical],
    target: { severity: 'info', node: 'n1' },
    isHeld: false,
  },
  {
    about: 'a source is not held by another',
    rules: [bySeverity],
    sources: [{ ...critical, x: '1' }],
    target: critical,
    isHeld: false,
  },
  {
    about: 'the label of equal is missing on both sides',
    rules: [bySeverity],
    sources: [{ severity: 'critical' }],
    target: { severity: 'warning' },
    isHeld: true,
  },
  {
    about: 'the label of equal is missing at the source',
    rules: [bySeverity],
    sources: [{ severity: 'critical' }],
    target: warning,
    isHeld: false,
  },
  {
    about: 'the label of equal is missing at the target',
    rules: [bySeverity],
    sources: [critical],
    target: { severity: 'warning' },
    isHeld: false,
  },
  {
    about: 'all labels of equal have to be so',
    rules: [bySeverity.replace('[node]', '[node, disk]')],
    sources: [{ ...critical, disk: 'd1' }],
    target: { ...warning, disk: 'd2' },
    isHeld: false,
  },
  {
    about: 'two labels of equal, both alike',
    rules: [bySeverity.replace('[node]', '[node, disk]')],
    sources: [{ ...critical, disk: 'd1' }],
    target: { ...warning, disk: 'd1' },
    isHeld: true,
  },
  {
    about: 'values of two labels of equal, exchanged',
    rules: [bySeverity.replace('[node]', '[node, disk]')],
    sources: [{ severity: 'critical', node: 'x', disk: 'y' }],
    target: { severity: 'warning', node: 'y', disk: 'x' },
    isHeld: false,
  },
  {
    about: 'without equal any source will do',
    rules: [bySeverity.replace(', equal: [node]', '')],
    sources: [{ ...critical, node: 'n9' }],
    target: warning,
    isHeld: true,
  },
  {
    about: 'two-sided: an alert does not hold itself',
    rules: [twoSided],
    sources: [],
    target: { s: '1', t: '1', node: 'n1' },
    isHeld: false,
  },
  {
    about: 'two-sided: not by another that is two-sided too',
    rules: [twoSided],
    sources: [{ s: '1', t: '1', node: 'n1', x: '1' }],
    target: { s: '1', t: '1', node: 'n1' },
    isHeld: false,
  },
  {
    about: 'two-sided: by one that is a source only',
    rules: [twoSided],
    sources: [{ s: '1', node: 'n1' }],
    target: { s: '1', t: '1', node: 'n1' },
    isHeld: true,
  },
  {
    about: 'a target only, by one that is two-sided',
    rules: [twoSided],
    sources: [{ s: '1', t: '1', node: 'n1' }],
    target: { t: '1', node: 'n1' },
    isHeld: true,
  },
  {
    about: 'two-sided: by a source only beside a two-sided one',
    rules: [twoSided],
    sources: [
      { s: '1', t: '1', node: 'n1', x: '1' },
      { s: '1', node: 'n1' },
    ],
    target: { s: '1', t: '1', node: 'n1' },
    isHeld: true,
  },
  {
    about: 'an alert that is held holds others all the same',
    rules: [
      '{ source_matchers: [l=1], target_matchers: [l=2], equal: [node] }',
      '{ source_matchers: [l=2], target_matchers: [l=3], equal: [node] }',
    ],
    sources: [
      { l: '1', node: 'n1' },
      { l: '2', node: 'n1' },
    ],
    target: { l: '3', node: 'n1' },
    isHeld: true,
  },
  {
    about: 'but not through one that does not fire',
    rules: [
      '{ source_matchers: [l=1], target_matchers: [l=2], equal: [node] }',
      '{ source_matchers: [l=2], target_matchers: [l=3], equal: [node] }',
    ],
    sources: [{ l: '1', node: 'n1' }],
    target: { l: '3', node: 'n1' },
    isHeld: false,
  },
  {
    about: 'any of several rules',
    rules: [bySeverity, '{ source_matchers: [site=down], target_matchers: [severity=~".+"] }'],
    sources: [{ site: 'down' }],
    target: { ...warning, node: 'n7' },
    isHeld: true,
  },
  {
    about: 'several matchers of a side are all needed',
    rules: ['{ source_matchers: [a=1, b=1], target_matchers: [c=1] }'],
    sources: [{ a: '1' }, { b: '1' }],
    target: { c: '1' },
    isHeld: false,
  },
  {
    about: 'several matchers in braces, and both spellings',
    rules: [
      "{ source_match: { a: '1' }, source_matchers: ['{b=1,c!=1}'], target_match_re: { d: '1|2' } }",
    ],
    sources: [{ a: '1', b: '1' }],
    target: { d: '2' },
    isHeld: true,
  },
  {
    about: 'a negated matcher is met by a label that is missing',
    rules: ['{ source_matchers: [a=1], target_matchers: [b!=1] }'],
    sources: [{ a: '1', b: '1' }],
    target: { c: '1' },
    isHeld: true,
  },
  {
    about: 'a source without matchers is everything that is no target',
    rules: ['{ target_matchers: [a=1] }'],
    sources: [{ b: '1' }],
    target: { a: '1' },
    isHeld: true,
  },
  {
    about: 'a target without matchers is everything, also the source, which is not held',
    rules: ['{ source_matchers: [a=1] }'],
    sources: [],
    target: { a: '1' },
    isHeld: false,
  },
  {
    about: 'a target without matchers is everything else',
    rules: ['{ source_matchers: [a=1] }'],
    sources: [{ a: '1' }],
    target: { b: '1' },
    isHeld: true,
  },
]

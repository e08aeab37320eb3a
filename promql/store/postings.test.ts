import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Labels } from '#lib/labels'
import { createMatcher, type MatchOperator, matchesAll } from '#lib/matcher'
import { labelSet } from '../label-set.ts'
import { createPostings } from './postings.ts'

const series = (labels: Labels) => ({ labels: labelSet(Object.entries(labels)) })

const someLabels = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom('x', 'y', 'xx', 'x.y', 'z|'),
  { maxKeys: 3, noNullPrototype: true },
)
const someMatchers = fc.array(
  fc
    .tuple(
      fc.constantFrom('a', 'b', 'd'),
      fc.constantFrom<MatchOperator>('=', '!=', '=~', '!~'),
      fc.constantFrom('', 'x', 'x|y', 'x.*', '.*', '.+', '|x', 'x\\.y|z\\|', '(x|y)', 'x.y', 'no'),
    )
    .map(([name, operator, value]) => createMatcher(name, operator, value)),
  { maxLength: 3 },
)
const someActs = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), labels: someLabels }),
    fc.record({ kind: fc.constant('remove' as const), which: fc.nat(9), count: fc.nat(4) }),
    fc.record({ kind: fc.constant('select' as const), matchers: someMatchers }),
  ),
  { maxLength: 40 },
)

test('what is selected is what all matchers hold for, whatever came, went and was asked before', () => {
  fc.assert(
    fc.property(someActs, (acts) => {
      const postings = createPostings<{ readonly labels: Labels }>()
      let all: { readonly labels: Labels }[] = []
      for (const act of acts) {
        if (act.kind === 'add') {
          const one = series(act.labels)
          all.push(one)
          postings.add(one)
        } else if (act.kind === 'remove') {
          const gone = new Set(all.slice(act.which, act.which + act.count))
          all = all.filter((one) => !gone.has(one))
          postings.remove(gone)
        } else {
          const wanted = all.filter(({ labels }) => matchesAll(act.matchers, labels))
          expect(new Set(postings.select(act.matchers))).toEqual(new Set(wanted))
        }
        const names = new Set(all.flatMap(({ labels }) => Object.keys(labels)))
        expect(postings.names()).toEqual([...names].sort())
        const values = new Set(all.map(({ labels }) => labels['a'] ?? ''))
        values.delete('')
        expect(postings.values('a')).toEqual([...values].sort())
      }
    }),
    { numRuns: 500 },
  )
})

test('a regex is asked once a value, however often and of however many series', () => {
  const postings = createPostings<{ readonly labels: Labels }>()
  for (let i = 0; i < 200; i++) postings.add(series({ a: `v${i % 10}`, b: `${i}` }))
  const matcher = createMatcher('a', '=~', 'v[1-3]')
  let asked = 0
  const counting = {
    ...matcher,
    matches: (labels: Labels) => {
      asked++
      return matcher.matches(labels)
    },
  }
  expect(postings.select([counting])).toHaveLength(60)
  const firstTime = asked
  expect(firstTime).toBeLessThan(15)
  postings.add(series({ a: 'v2', b: 'new' }))
  postings.add(series({ a: 'v2new', b: 'new' }))
  expect(postings.select([counting])).toHaveLength(61)
  expect(asked - firstTime).toBeLessThan(4)
})

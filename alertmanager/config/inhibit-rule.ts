/** Reads one entry of `inhibit_rules:`. */

import type { InhibitRule } from '../flush/inhibition.ts'
import { fields, isNothing, list, type Place, text } from './reader.ts'
import { labelName, matcherList, oldMatchers } from './route-matchers.ts'

const keys = {
  known: [
    'name',
    'source_matchers',
    'source_match',
    'source_match_re',
    'target_matchers',
    'target_match',
    'target_match_re',
    'equal',
  ],
  later: ['sources'],
}

export function readInhibitRule(at: Place): InhibitRule {
  // A bare dash is a rule without matchers: whatever matches both sides inhibits nothing.
  if (isNothing(at)) return { source: [], target: [], equal: [] }
  const own = fields(at, keys)
  const side = (name: 'source' | 'target') => [
    ...(own.optional(`${name}_match`, (place) => oldMatchers(place, '=')) ?? []),
    ...(own.optional(`${name}_match_re`, (place) => oldMatchers(place, '=~')) ?? []),
    ...(own.optional(`${name}_matchers`, matcherList) ?? []),
  ]
  const name = own.optional('name', text) ?? ''
  return {
    ...(name === '' ? {} : { name }),
    source: side('source'),
    target: side('target'),
    equal: own.optional('equal', readEqual) ?? [],
  }
}

function readEqual(at: Place): readonly string[] {
  const names = list(text)(at)
  for (const name of names) labelName(at, name, 'in equal list')
  return names
}

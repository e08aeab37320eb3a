/** What the alertmanager promises, held against what receivers took. */
import { type Breach, margins } from './breach.ts'
import type { Facts } from './facts.ts'
import { disorders, linesOf, repeats, untruths } from './messages.ts'
import { calmOf, createModel } from './model.ts'
import { pairsOf } from './pair.ts'
import { endless, unheard, unrepeated, untoldWithoutStore } from './told.ts'

export function breachesIn(facts: Facts): readonly Breach[] {
  const model = createModel(facts)
  const judged = { facts, model, calm: calmOf(facts, margins.recoveryMs) }
  return [
    ...facts.faults.map((about) => faultBreach(facts, about)),
    ...linesOf(facts).flatMap((line) => [
      ...repeats(line, judged),
      ...disorders(line),
      ...untruths(line, judged),
    ]),
    ...pairsOf(facts, model).flatMap((pair) => [
      ...unheard(pair),
      ...untoldWithoutStore(pair),
      ...endless(pair),
      ...unrepeated(pair),
    ]),
  ].sort((a, b) => a.atMs - b.atMs)
}

const faultBreach = (facts: Facts, about: string): Breach => ({
  promise: 'nothing fails in itself',
  atMs: facts.endMs,
  about,
  where: '',
  groupKey: '',
})

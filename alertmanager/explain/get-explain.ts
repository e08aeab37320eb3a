/** `GET /api/v1/explain`: why an alert was told, or was not; the JSON holds the text as well. */
import { matchesAll } from '#lib/matcher'
import type { MatcherMode } from '../config/matchers.ts'
import { fingerprintsOf } from '../history/read-history.ts'
import { type Handler, plainRefusal } from '../rest/answer.ts'
import { matchersIn } from '../rest/filters.ts'
import { explain } from './explain.ts'
import { type ExplainWorld, gather } from './gather.ts'
import { explanationText } from './text.ts'

const limits = { alerts: 20 }

export const getExplain =
  (world: ExplainWorld & { readonly mode: MatcherMode }): Handler =>
  async ({ query }) => {
    const names = await chosen(query, world)
    const found = await Promise.all(names.map((name) => gather(world, name)))
    const explanations = found.flatMap((facts) => (facts === undefined ? [] : [explain(facts)]))
    if (explanations.length === 0)
      throw plainRefusal(404, 'no such alert lives, and none is remembered')
    return explanations.map((explanation) => {
      const { atMs, ...rest } = explanation
      return { at: new Date(atMs).toISOString(), ...rest, text: explanationText(explanation) }
    })
  }

/** By fingerprint, or by matchers: alerts that live; where none does, those that are remembered. */
async function chosen(
  query: URLSearchParams,
  world: ExplainWorld & { readonly mode: MatcherMode },
): Promise<readonly string[]> {
  const given = query.getAll('fingerprint')
  if (given.length > limits.alerts) throw tooMany(given.length)
  if (given.length > 0) return given
  const matchers = matchersIn(query, world.mode)
  if (matchers.length === 0) throw plainRefusal(400, 'give fingerprint= or filter= matchers')
  const nowMs = world.clock.nowMs()
  const matching = [...world.roster.all()].filter(({ labels }) => matchesAll(matchers, labels))
  const firing = matching.filter(({ endsAtMs }) => endsAtMs > nowMs)
  const living = (firing.length > 0 ? firing : matching).map(({ fingerprint }) => fingerprint)
  const names = living.length > 0 ? living : await fingerprintsOf(world.db, matchers)
  if (names.length > limits.alerts) throw tooMany(names.length)
  return [...names].sort()
}

const tooMany = (count: number) =>
  plainRefusal(400, `${count} alerts match, and ${limits.alerts} are explained at once: say more`)

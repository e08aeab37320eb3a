/** Promises about alerts: what fires is told, and repeated, and so is its end. */
import { type Breach, margins } from './breach.ts'
import { reachable } from './model.ts'
import { breach, deadline, lastBy, type Pair, timing } from './pair.ts'
import { both, covers, lastingFrom, meets, not, span, union } from './spans.ts'

/** What fires visibly for longer than it takes is told, if need be once it is over. */
export function unheard(pair: Pair): readonly Breach[] {
  return pair.model.visible(pair.alert, pair.slot).surely.flatMap((visible) => {
    const { flushMs } = timing(pair, visible)
    const seenMs = lastingFrom(both([visible], pair.calm), visible.fromMs, flushMs)
    const byMs = seenMs === undefined ? undefined : deadline(pair, seenMs)
    if (seenMs === undefined || byMs === undefined) return []
    if (byMs < visible.toMs && lastBy(pair.mentions, byMs)?.status !== 'firing')
      return [breach(pair, 'what fires is told as firing', byMs)]
    return wasHeardOf(pair, { seenMs, byMs, fromMs: visible.fromMs })
      ? []
      : [breach(pair, 'what fired unheard is told once it is over', byMs)]
  })
}

/** What begins while the store is away is told from memory, with little delay. */
export function untoldWithoutStore(pair: Pair): readonly Breach[] {
  const { model, alert, slot, mentions, facts } = pair
  const began = new Set(model.firing(alert).surely.map(({ fromMs }) => fromMs))
  const down = facts.down.map(({ fromMs, toMs }) => span(fromMs, toMs + margins.recoveryMs))
  const works = both(not(union(...down)), reachable(facts, slot.receiver))
  return model.visible(alert, slot).surely.flatMap((visible) => {
    const byMs = visible.fromMs + margins.awayMs + timing(pair, visible).flushMs
    const during = { ...visible, toMs: byMs }
    const isAlone = facts.storeAway.some((away) => covers([away], during))
    const isSteady = covers(works, { ...during, fromMs: visible.fromMs - margins.outageMs })
    const isReloaded = facts.configs.some(({ atMs }) =>
      covers([during], { fromMs: atMs, toMs: atMs + 1 }),
    )
    if (!began.has(visible.fromMs) || !isAlone || !isSteady || isReloaded) return []
    if (byMs >= visible.toMs || lastBy(mentions, byMs)?.status === 'firing') return []
    return [breach(pair, 'what begins while the store is away is told', byMs)]
  })
}

interface Seen {
  readonly fromMs: number
  /** When a flush has seen it. */
  readonly seenMs: number
  readonly byMs: number
}

/** Whether it was, or had to be only until it was held back or led elsewhere. */
function wasHeardOf(
  { model, alert, slot, mentions }: Pair,
  { fromMs, seenMs, byMs }: Seen,
): boolean {
  if (lastBy(mentions, fromMs)?.status === 'firing') return true
  if (mentions.some(({ atMs }) => fromMs <= atMs && atMs <= byMs)) return true
  const after = { fromMs: seenMs, toMs: byMs }
  return meets(model.held(alert, slot).maybe, after) || !covers(model.routed(alert, slot), after)
}

/** What was told as firing is told as resolved, where ends are wanted. */
export function endless(pair: Pair): readonly Breach[] {
  const { model, alert, slot, calm, mentions, wantsEnds, facts } = pair
  if (!wantsEnds) return []
  const routed = model.routed(alert, slot)
  const rests = both(not(model.firing(alert).maybe), span(facts.startMs, facts.endMs))
  return rests.flatMap((rest): readonly Breach[] => {
    const here = both(both([rest], calm), routed)
    const first = here[0]
    if (first === undefined) return []
    const { flushMs } = timing(pair, first)
    const seenMs = lastingFrom(here, rest.fromMs, flushMs)
    const byMs = seenMs === undefined ? undefined : deadline(pair, seenMs)
    if (byMs === undefined || byMs >= rest.toMs) return []
    const last = lastBy(mentions, byMs)
    if (last?.status !== 'firing') return []
    const since = { fromMs: last.atMs, toMs: byMs }
    if (!covers(routed, since)) return []
    // What was held back before anybody knew that it was heard counts as never told.
    if (!last.isKnown && meets(model.held(alert, slot).maybe, since)) return []
    return [breach(pair, 'what was told as firing is told as resolved', byMs)]
  })
}

/** What goes on is told again at the first tick after the repeat interval. */
export function unrepeated(pair: Pair): readonly Breach[] {
  const { model, alert, slot, calm, mentions, facts } = pair
  const works = both(calm, reachable(facts, slot.receiver))
  return both(model.visible(alert, slot).surely, works).flatMap((stretch) => {
    const { flushMs, repeatMs } = timing(pair, stretch)
    const fromMs = stretch.fromMs + margins.outageMs
    const inside = mentions.filter(({ atMs }) => fromMs < atMs && atMs < stretch.toMs)
    const heard = [fromMs, ...inside.map(({ atMs }) => atMs), stretch.toMs]
    return heard.flatMap((atMs, i) => {
      const late = (heard[i + 1] ?? atMs) - atMs > repeatMs + flushMs
      return late ? [breach(pair, 'what goes on is repeated', atMs + repeatMs + flushMs)] : []
    })
  })
}

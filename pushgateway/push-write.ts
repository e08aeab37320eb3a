/** What a push asks of the store: its families as lines, alone or on top of what is there. */
import type { Clock } from '#lib/clock'
import type { AddsUp } from './adding/add-up.ts'
import { added } from './adding/added.ts'
import { markNames } from './expiry/marks.ts'
import type { ParsedPush } from './formats/parsed-push.ts'
import { excessOf, type PushLimits } from './limits/push-limits.ts'
import type { NameIndex } from './store/name-index.ts'
import { timeNames } from './store/times.ts'
import type { Write } from './store/write.ts'
import type { LabelPair, ParsedFamily } from './text/family.ts'
import { renderPush } from './text/render.ts'

export interface WriteWorld {
  readonly clock: Clock
  /** The head that groups share. */
  readonly headOf: NameIndex['headOf']
  readonly addsUp: AddsUp
  readonly limits: PushLimits
}

/** What is said of a push beside its body. */
export interface Pushed {
  readonly pairs: readonly LabelPair[]
  readonly method: string | undefined
  readonly traceparent: string
  readonly ttlMs: number | undefined
  readonly pushId: string | undefined
}

export function writeOf(
  parsed: ParsedPush,
  { pairs, method, traceparent, ttlMs, pushId }: Pushed,
  { clock, headOf, addsUp, limits }: WriteWorld,
): Write {
  const atMs = clock.nowMs()
  const families = parsed.families.filter(
    ({ name }) => !timeNames.has(name) && !markNames.has(name),
  )
  const excess = excessOf(families, pairs, limits)
  const rendering = { group: { pairs, addsInstance: true }, pushedAtMs: atMs, headOf }
  const render = (some: readonly ParsedFamily[]) => renderPush(some, rendering)
  const kind = method === 'PUT' ? 'replace' : 'merge'
  const isAdded = kind === 'merge' && addsUp(pairs)
  const write: Write = {
    kind,
    pairs,
    families: isAdded || excess !== undefined ? [] : render(families),
    atMs,
    traceparent,
    ttlMs,
    ...(pushId === undefined ? {} : { pushId }),
  }
  if (excess !== undefined) return { ...write, excess }
  const refusal = parsed.timestamped ? 'pushed metrics must not have timestamps' : parsed.refusal
  if (refusal !== undefined) return { ...write, refusal }
  if (!isAdded) return write
  return {
    ...write,
    onTopOf(before) {
      const sum = added({ before, families, pairs })
      return { ...sum, families: render(sum.families) }
    },
  }
}

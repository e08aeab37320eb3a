/** What the terminal shows: acts, and each hop of the one trace with its latency. */
import type { Clock } from '#lib/clock'
import type { SeenSpan, SpanSink } from './spans.ts'

export interface Narrator {
  act(text: string): void
  /** Follows this trace from now on; shows what has come of it already. */
  follow(traceId: string): void
  /** Shows spans that arrived since. */
  look(): void
  readonly shown: () => readonly SeenSpan[]
}

export interface NarratorWorld {
  readonly clock: Clock
  readonly sink: SpanSink
  readonly write: (line: string) => void
}

export function createNarrator({ clock, sink, write }: NarratorWorld): Narrator {
  const startedMs = clock.nowMs()
  const seen = new Set<string>()
  const shown: SeenSpan[] = []
  let traceId: string | undefined
  const at = (ms: number) => `${((ms - startedMs) / 1000).toFixed(1).padStart(6)} s`
  const look = () => {
    if (traceId === undefined) return
    const fresh = sink
      .all()
      .filter((span) => span.traceId === traceId && !seen.has(span.spanId))
      .sort((a, b) => a.endMs - b.endMs)
    for (const span of fresh) {
      seen.add(span.spanId)
      shown.push(span)
      write(`${at(span.endMs)}    ${hopOf(span)}`)
    }
  }
  return {
    act: (text) => write(`${at(clock.nowMs())}  ${text}`),
    follow(id) {
      traceId = id
      write(`${at(clock.nowMs())}  One trace follows it from here: ${id}`)
      look()
    },
    look,
    shown: () => shown,
  }
}

function hopOf({ name, startMs, endMs, attributes, failed }: SeenSpan): string {
  const about = Object.entries(attributes)
    .filter(([key]) => !key.startsWith('otel.'))
    .slice(0, 3)
    .map(([key, value]) => `${key}=${String(value).slice(0, 48)}`)
    .join(' ')
  const took = `${(endMs - startMs).toFixed(0)} ms`.padStart(8)
  return `${failed ? 'x' : '·'} ${name.padEnd(46)} ${took}  ${about}`.trimEnd()
}

/**
 * Spans around a batch that holds alerts of several traces: one for each trace that has not been
 * seen here before, so that an alert that is re-sent for days does not make its trace longer.
 */
import type { Tracer } from '#lib/trace'

export interface JointSpans {
  run<T>(keys: readonly TraceKey[], run: () => Promise<T>): Promise<T>
}

export interface TraceKey {
  readonly traceparent: string | undefined
  /** Firing and resolved are two passages. */
  readonly phase: string
}

const limits = { spansABatch: 32, remembered: 10_000 }

export function createJointSpans(name: string, tracer: Tracer): JointSpans {
  const seen = new Set<string>()
  const isNew = ({ traceparent, phase }: TraceKey) => {
    const key = `${phase} ${traceparent}`
    if (seen.has(key)) return false
    seen.add(key)
    const [oldest] = seen
    if (seen.size > limits.remembered && oldest !== undefined) seen.delete(oldest)
    return true
  }
  return {
    run(keys, run) {
      const parents = keys
        .filter((key) => key.traceparent !== undefined && isNew(key))
        .slice(0, limits.spansABatch)
        .map(({ traceparent }) => traceparent)
      const wrapped = parents.reduce(
        (inner, parent) => () => tracer.span(name, { parent }, inner),
        run,
      )
      return wrapped()
    },
  }
}

/**
 * `io.prometheus.client` as tags: field number times 8 plus wire type, which is 0 for a varint, 1
 * for a double, 2 for what has its length before it. What is not named here is skipped.
 */
import type { MetricType } from '#api/sample'

export const family = { name: 0x0a, help: 0x12, type: 0x18, metric: 0x22 } as const

export const pair = { name: 0x0a, value: 0x12 } as const

export const metric = { label: 0x0a, timestampMs: 0x30 } as const

/** Where in a metric its value stands. */
export const valueTags = {
  counter: 0x1a,
  gauge: 0x12,
  histogram: 0x3a,
  summary: 0x22,
  untyped: 0x2a,
} as const satisfies Record<MetricType, number>

/** Counter, gauge and untyped; the latter two have a value only. */
export const scalar = { value: 0x09, exemplar: 0x12, created: 0x1a } as const

export const summary = { count: 0x08, sum: 0x11, quantile: 0x1a, created: 0x22 } as const

export const quantile = { quantile: 0x09, value: 0x11 } as const

export const histogram = {
  count: 0x08,
  sum: 0x11,
  bucket: 0x1a,
  countFloat: 0x21,
  created: 0x7a,
  exemplar: 0x82,
} as const

export const bucket = { count: 0x08, upperBound: 0x11, exemplar: 0x1a, countFloat: 0x21 } as const

export const native = {
  schema: 0x28,
  zeroThreshold: 0x31,
  zeroCount: 0x38,
  zeroCountFloat: 0x41,
  negativeSpan: 0x4a,
  negativeDelta: 0x50,
  negativeDeltas: 0x52,
  negativeCount: 0x59,
  negativeCounts: 0x5a,
  positiveSpan: 0x62,
  positiveDelta: 0x68,
  positiveDeltas: 0x6a,
  positiveCount: 0x71,
  positiveCounts: 0x72,
} as const

export const span = { offset: 0x08, length: 0x10 } as const

export const exemplar = { label: 0x0a, value: 0x11, timestamp: 0x1a } as const

export const timestamp = { seconds: 0x08, nanos: 0x10 } as const

/** In the order of the enum `MetricType`; a gauge histogram has no type of its own in text. */
export const typesByNumber: readonly MetricType[] = [
  'counter',
  'gauge',
  'summary',
  'untyped',
  'histogram',
  'histogram',
]

export const typeNumbers = {
  counter: 0,
  gauge: 1,
  summary: 2,
  untyped: 3,
  histogram: 4,
} as const satisfies Record<MetricType, number>

/** Bodies of delimited `MetricFamily` messages: mostly right, with oddities of all kinds. */
import type { Chance } from './chance.ts'
import { delimited, double, sized, text, whole } from './wire.ts'

const names = ['a', 'b', 'c', 'h', 's', 'up'] as const
/** Mostly a name keeps its type, or hardly anything could stand beside anything. */
const typesByName = { a: 1, up: 1, b: 0, c: 3, h: 4, s: 2 } as const
const oddNames = ['', 'é', 'a.b', '9', 'a\nb', 'a"', 'h_bucket', 'push_time_seconds'] as const
const labelNames = ['x', 'y', 'job', 'instance', 'le', 'quantile'] as const
const oddLabelNames = ['', '__name__', 'é', 'a:b', 'a"', 'a\n'] as const
const values = ['', 'v', 'w', 'é', '😀', 'a\nb', 'q"\\', '+Inf'] as const
const doubles = [0, 1, -1, 0.5, 1e300, 5e-324, Infinity, -Infinity, Number.NaN, -0] as const
const counts = [0, 1, 7, 100, 2 ** 32, 2 ** 53, -1] as const

const valueFields = [3, 2, 4, 5, 7, 7] // Where the value of each type of metric stands.

export function protobufBody(chance: Chance): Buffer {
  return Buffer.concat(chance.many(0, 3, () => delimited(family(chance))))
}

function family(chance: Chance): Buffer {
  const name = chance.of(names)
  const type = chance.oneIn(8) ? chance.below(chance.oneIn(8) ? 20 : 6) : typesByName[name]
  const parts = [text(1, chance.oneIn(50) ? chance.of(oddNames) : name)]
  if (chance.oneIn(3)) parts.push(text(2, chance.of(['Help.', 'é\n\\', ''])))
  if (!chance.oneIn(50)) parts.push(whole(3, type))
  parts.push(...chance.many(0, 3, () => sized(4, metric(chance, type))))
  return Buffer.concat(chance.oneIn(10) ? parts.reverse() : parts)
}

function metric(chance: Chance, type: number): Buffer {
  const names = chance.many(0, 2, () => labelName(chance))
  const distinct = chance.oneIn(40) ? names : [...new Set(names)]
  const parts = distinct.map((name) => sized(1, pair(chance, name)))
  const field = chance.oneIn(40) ? 2 + chance.below(6) : (valueFields[type] ?? 2)
  parts.push(sized(field, value(chance, field)))
  if (chance.oneIn(60)) parts.push(whole(6, 1000))
  if (chance.oneIn(40)) parts.push(sized(20 + chance.below(5), Buffer.from('unknown')))
  return Buffer.concat(parts)
}

function labelName(chance: Chance): string {
  return chance.oneIn(40) ? chance.of(oddLabelNames) : chance.of(labelNames)
}

function pair(chance: Chance, name = labelName(chance)): Buffer {
  return Buffer.concat([text(1, name), text(2, chance.of(values))])
}

function value(chance: Chance, field: number): Buffer {
  if (field === 7) return histogram(chance)
  if (field !== 4) return scalar(chance)
  const points = chance.many(0, 3, () =>
    sized(3, Buffer.concat([double(1, chance.of(doubles)), double(2, chance.of(doubles))])),
  )
  return Buffer.concat([whole(1, chance.of(counts)), double(2, chance.of(doubles)), ...points])
}

function scalar(chance: Chance): Buffer {
  const parts = [double(1, chance.of(doubles))]
  if (chance.oneIn(8)) parts.push(sized(2, exemplar(chance)))
  if (chance.oneIn(8)) parts.push(sized(3, whole(1, 1_700_000_000)))
  return Buffer.concat(parts)
}

function histogram(chance: Chance): Buffer {
  const parts = [whole(1, chance.of(counts)), double(2, chance.of(doubles))]
  parts.push(...chance.many(0, 3, () => sized(3, bucket(chance))))
  if (chance.oneIn(8)) parts.push(double(4, chance.of(doubles)))
  if (chance.oneIn(3)) parts.push(...native(chance))
  return Buffer.concat(parts)
}

function bucket(chance: Chance): Buffer {
  const parts = [whole(1, chance.of(counts)), double(2, chance.of(doubles))]
  if (chance.oneIn(6)) parts.push(sized(3, exemplar(chance)))
  if (chance.oneIn(8)) parts.push(double(4, chance.of(doubles)))
  return Buffer.concat(parts)
}

function native(chance: Chance): Buffer[] {
  const [spanField, deltaField] = chance.oneIn(2) ? [9, 10] : [12, 13]
  const length = chance.below(4)
  const span = Buffer.concat([whole(1, chance.below(8)), whole(2, chance.oneIn(20) ? 1e9 : length)])
  return [
    whole(5, chance.below(6)),
    double(6, 0.001),
    whole(7, chance.below(9)),
    sized(spanField ?? 9, span),
    ...Array.from({ length }, () => whole(deltaField ?? 10, chance.below(9))),
  ]
}

function exemplar(chance: Chance): Buffer {
  return Buffer.concat([sized(1, pair(chance)), double(2, chance.of(doubles))])
}

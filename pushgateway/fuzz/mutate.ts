/** Damages a body: what a generator of right bodies would never write. */
import type { Chance } from './chance.ts'

const tokens = [
  ...['\n', '"', '\\', '{', '}', ',', '=', ' ', '#', '# TYPE ', '# HELP ', '_count', '_bucket'],
  ...['le="', 'quantile="', 'NaN', '1e999', '\u0000', '\r', '\ufeff', '{"a"}', 'histogram\n'],
] as [string, ...string[]]

export function mutated(chance: Chance, body: Buffer): Buffer {
  let bytes = body
  for (let times = 1 + chance.below(3); times > 0; times--) bytes = mutatedOnce(chance, bytes)
  return bytes
}

function mutatedOnce(chance: Chance, body: Buffer): Buffer {
  const at = chance.below(body.length + 1)
  const end = Math.min(body.length, at + chance.below(12))
  const [before, after] = [body.subarray(0, at), body.subarray(at)]
  switch (chance.below(7)) {
    case 0: {
      const copy = Buffer.from(body)
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8))
      return copy
    }
    case 1: {
      const copy = Buffer.from(body)
      if (at < copy.length) copy[at] = chance.below(256)
      return copy
    }
    case 2:
      return Buffer.concat([before, body.subarray(end)])
    case 3:
      return Buffer.concat([before, Buffer.from(chance.of(tokens)), after])
    case 4:
      return Buffer.concat([before, body.subarray(at, end), after])
    case 5:
      return chance.oneIn(3) ? Buffer.from(before) : withLineTwice(body, at)
    default:
      return Buffer.concat([after, before])
  }
}

function withLineTwice(body: Buffer, at: number): Buffer {
  const start = body.lastIndexOf(10, at) + 1
  const end = body.indexOf(10, start) + 1
  return end === 0 ? body : Buffer.concat([body, body.subarray(start, end)])
}

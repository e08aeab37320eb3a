/** Metric families as text format 0.0.4: one HELP and TYPE a family, families by name. */

import type { MetricFamily, Sample } from '#api/sample'
import { escapeValue } from '#lib/labels'

export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

export interface Renderer {
  /** Valid until the next call but one: two buffers are written in turns. */
  render(families: readonly MetricFamily[]): Buffer
}

const firstBytes = 256 * 1024

/**
 * The text of a large node has half a megabyte, and a new one each tick, outside the heap or in it,
 * makes the collector of garbage look at everything: that took more than all the rest of a tick.
 */
export function createRenderer(): Renderer {
  let [current, other] = [createText(), createText()]
  return {
    render(families) {
      ;[current, other] = [other, current]
      current.clear()
      for (const piece of piecesOf(families)) current.add(piece)
      return current.written()
    },
  }
}

function createText() {
  let buffer = Buffer.allocUnsafe(firstBytes)
  let size = 0
  return {
    clear() {
      size = 0
    },
    add(text: string) {
      // No letter of UTF-16 takes more than three bytes of UTF-8.
      const most = 3 * text.length
      if (size + most > buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length + most)
      size += buffer.write(text, size)
    },
    written: () => buffer.subarray(0, size),
  }
}

/**
 * Families of one name are one: the first says type and help. A series that comes twice is written
 * once, the first time: a reader would refuse the whole text for it.
 */
function* piecesOf(families: readonly MetricFamily[]): Generator<string> {
  for (const [name, { type, help, samples }] of [...merged(families)].sort(byName)) {
    const [only] = samples
    yield `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`
    yield samples.length === 1 && only !== undefined ? known(only) : linesOf(samples.flat())
  }
}

/** Between two readings of a slow collector the same lists come again: more than half of a tick. */
const written = new WeakMap<readonly Sample[], string>()

function known(samples: readonly Sample[]): string {
  const lines = written.get(samples) ?? linesOf(samples)
  written.set(samples, lines)
  return lines
}

function linesOf(samples: readonly Sample[]): string {
  const lines = new Map<string, string>()
  for (const sample of samples) {
    const series = seriesOf(sample)
    if (!lines.has(series)) lines.set(series, `${series} ${numberText(sample.value)}\n`)
  }
  return [...lines.values()].join('')
}

interface Merged extends Omit<MetricFamily, 'samples'> {
  readonly samples: (readonly Sample[])[]
}

function merged(families: readonly MetricFamily[]): Map<string, Merged> {
  const found = new Map<string, Merged>()
  for (const family of families) {
    if (family.samples.length === 0) continue
    const before = found.get(family.name)
    if (before === undefined) found.set(family.name, { ...family, samples: [family.samples] })
    else before.samples.push(family.samples)
  }
  return found
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : a > b ? 1 : 0

function seriesOf({ name, labels }: Sample): string {
  let pairs = ''
  for (const label of Object.keys(labels).sort())
    pairs += `${pairs === '' ? '' : ','}${label}="${escapeValue(labels[label] ?? '')}"`
  return pairs === '' ? name : `${name}{${pairs}}`
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

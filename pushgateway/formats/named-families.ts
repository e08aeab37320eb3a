/** What a scrape writes of each family: runs of metrics in order, under the names that it shows. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { WireWriter } from '#lib/wire-writer'
import type { FamilyHead } from '../text/family.ts'
import type { Escaping } from './names.ts'
import { addLabelNames, type NewNames, renameLines } from './rename-lines.ts'
import { renameLabels } from './rename-message.ts'
import { familyNames, labelNames } from './shown-names.ts'

/** Lines of metrics, one after the other. */
export interface Piece {
  readonly bytes: Buffer
  readonly metricCount: number
  /** Where in `bytes` a metric begins; for the one behind the last, where that ends. */
  startOf(metric: number): number
  /** A metric as a message, where text cannot say all of it; absent: no metric needs one. */
  readonly messageOf?: ((metric: number) => Buffer | undefined) | undefined
  /** For a reader who is done with the bytes before he is with the rest. */
  release?(): void
}

export interface ScrapedFamily {
  readonly head: FamilyHead
  /** Whether some line has a name that stands in quotes. */
  readonly quoted: boolean
  /** Made anew each time they are asked for. */
  pieces(): Iterable<Piece>
}

/** Its head has the name that is shown. */
export type NamedFamily = Pick<ScrapedFamily, 'head' | 'pieces'>

const piecesPerTurn = 32

export async function* namedFamilies(
  families: readonly ScrapedFamily[],
  escaping: Escaping,
): AsyncGenerator<NamedFamily> {
  const heads = families.map(({ head }) => head)
  const names = escaping === 'allow-utf-8' ? undefined : familyNames(heads, escaping)
  for (const { family, name } of inOrder(families, names)) {
    const { head, quoted } = family
    const isKept = name === head.name && !quoted && escaping !== 'dots'
    if (names === undefined || isKept) yield family
    else yield renamed(family, { family: name, labels: await shownLabels(family, escaping) })
  }
}

/** By the names that are shown. */
function inOrder(families: readonly ScrapedFamily[], names?: ReadonlyMap<string, string>) {
  const named = families.map((family) => {
    const { name } = family.head
    return { family, name: names?.get(name) ?? name }
  })
  return named.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Looks at every series, since two names of labels may become one. */
async function shownLabels(family: ScrapedFamily, escaping: Escaping) {
  const labels = new Set<string>()
  let count = 0
  for (const piece of family.pieces()) {
    for (const lines of linesOf(piece)) addLabelNames(family.head.name, lines, labels)
    if (++count % piecesPerTurn === 0) await nextTurn()
  }
  return labelNames(labels, escaping)
}

function renamed(family: ScrapedFamily, names: NewNames): NamedFamily {
  const { head } = family
  return {
    head: { ...head, name: names.family },
    *pieces() {
      for (const piece of family.pieces()) yield renamedPiece(head.name, piece, names)
    },
  }
}

function renamedPiece(family: string, piece: Piece, names: NewNames): Piece {
  const to = new WireWriter(2 * piece.bytes.length)
  const starts = [0]
  for (const lines of linesOf(piece)) {
    renameLines(to, { family, lines, names })
    starts.push(to.sizeBytes)
  }
  const messageOf = (metric: number) => {
    const message = piece.messageOf?.(metric)
    return message && renameLabels(message, names.labels)
  }
  return {
    bytes: to.take(),
    metricCount: piece.metricCount,
    startOf: (metric) => starts[metric] ?? 0,
    messageOf: piece.messageOf && messageOf,
  }
}

function linesOf(piece: Piece) {
  return Array.from({ length: piece.metricCount }, (_, i) => ({
    bytes: piece.bytes,
    start: piece.startOf(i),
    end: piece.startOf(i + 1),
  }))
}

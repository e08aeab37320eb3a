/** What a scrape writes of each family: runs of metrics in order, under the names that it shows. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FamilyHead } from '../text/family.ts'
import type { Escaping } from './names.ts'
import { addLabelNames, type NewNames, renameLines } from './rename-lines.ts'
import { renameLabels } from './rename-message.ts'
import { familyNames, labelNames } from './shown-names.ts'
import { WireWriter } from './wire-writer.ts'

/** Lines of metrics, one after the other. */
export interface Piece {
  readonly bytes: Buffer
  /** Where each metric begins, and the end of the last. */
  readonly starts: Uint32Array
  /** A metric as a message, where text cannot say all of it; absent: no metric needs one. */
  readonly messageOf?: ((metric: number) => Buffer | undefined) | undefined
  /** For a reader who is done with the bytes before he is with the rest. */
  readonly release?: (() => void) | undefined
}

export interface ScrapedFamily {
  readonly head: FamilyHead
  /** Whether some line has a name that stands in quotes. */
  readonly quoted: boolean
  readonly pieces: readonly Piece[]
}

/** Its head has the name that is shown; its pieces are made anew each time they are asked for. */
export interface NamedFamily {
  readonly head: FamilyHead
  pieces(): Iterable<Piece>
}

const piecesPerTurn = 32

export async function* namedFamilies(
  families: readonly ScrapedFamily[],
  escaping: Escaping,
): AsyncGenerator<NamedFamily> {
  const heads = families.map(({ head }) => head)
  const names = escaping === 'allow-utf-8' ? undefined : familyNames(heads, escaping)
  for (const { family, name } of inOrder(families, names)) {
    const { head, pieces, quoted } = family
    const isKept = name === head.name && !quoted && escaping !== 'dots'
    if (names === undefined || isKept) yield { head, pieces: () => pieces }
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
async function shownLabels({ head, pieces }: ScrapedFamily, escaping: Escaping) {
  const labels = new Set<string>()
  for (const [i, piece] of pieces.entries()) {
    for (const lines of linesOf(piece)) addLabelNames(head.name, lines, labels)
    if (i % piecesPerTurn === piecesPerTurn - 1) await nextTurn()
  }
  return labelNames(labels, escaping)
}

function renamed({ head, pieces }: ScrapedFamily, names: NewNames): NamedFamily {
  return {
    head: { ...head, name: names.family },
    *pieces() {
      for (const piece of pieces) yield renamedPiece(head.name, piece, names)
    },
  }
}

function renamedPiece(family: string, piece: Piece, names: NewNames): Piece {
  const to = new WireWriter(2 * piece.bytes.length)
  const starts = new Uint32Array(piece.starts.length)
  for (const [i, lines] of linesOf(piece).entries()) {
    renameLines(to, { family, lines, names })
    starts[i + 1] = to.sizeBytes
  }
  const messageOf = (metric: number) => {
    const message = piece.messageOf?.(metric)
    return message && renameLabels(message, names.labels)
  }
  return { bytes: to.take(), starts, messageOf: piece.messageOf && messageOf }
}

function linesOf({ bytes, starts }: Piece) {
  return Array.from({ length: starts.length - 1 }, (_, i) => ({
    bytes,
    start: starts[i] ?? 0,
    end: starts[i + 1] ?? 0,
  }))
}

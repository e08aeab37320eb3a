/** A gateway without HTTP and disk: what a push goes through, a million times. */
import { systemClock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import { createBooks } from '../books/books.ts'
import { parsePush } from '../formats/parse-push.ts'
import { exposition } from '../scrape/scrape.ts'
import { createNameIndex } from '../store/name-index.ts'
import { createStore, type Write } from '../store/store.ts'
import { timeNames } from '../store/times.ts'
import type { LabelPair } from '../text/family.ts'
import { renderPush } from '../text/render.ts'

export interface Push {
  readonly kind: Write['kind']
  readonly pairs: readonly LabelPair[]
  readonly body: Buffer
  readonly contentType: string
}

export interface Pipe {
  /** The status that answers it, and why where it is refused. Throws what is no refusal. */
  give(push: Push): Verdict
  /** What `/metrics` shows of the groups to who asks for nothing special. */
  shown(): Promise<Buffer>
  /** Whether some name was pushed that is shown as another one, and where that would not stand. */
  renames(): boolean
}

export interface Verdict {
  readonly status: number
  readonly reason?: string
}

export function openPipe({ utf8Names = false } = {}): Pipe {
  const index = createNameIndex(() => new Map())
  const books = createBooks()
  const store = createStore({ index, books, checks: true })
  let isRenaming = false

  const write = ({ kind, pairs, body, contentType }: Push): Write => {
    const { families, timestamped, refusal } = parsePush(body, {
      contentType,
      openMetrics: false,
      utf8Names,
    })
    const pushedAtMs = systemClock.nowMs()
    const wanted = families.filter(({ name }) => !timeNames.has(name))
    const group = { pairs, addsInstance: true }
    const rendered = renderPush(wanted, { group, pushedAtMs, headOf: index.headOf })
    isRenaming ||= rendered.some(({ stored }) => stored.quoted)
    const why = timestamped ? 'timestamps' : refusal
    const plain = { kind, pairs, families: rendered, atMs: pushedAtMs, traceparent: undefined }
    return why === undefined ? plain : { ...plain, refusal: why }
  }
  return {
    give(push) {
      try {
        const admission = store.admit(write(push))
        store.publish(admission)
        const { refusal } = admission
        return refusal === undefined ? { status: 200 } : { status: 400, reason: refusal }
      } catch (error) {
        if (!(error instanceof ZstoneError) || error.status >= 500) throw error
        return { status: error.status, reason: error.message }
      }
    },
    async shown() {
      const chunks: Buffer[] = []
      const format = { format: 'text', escaping: 'underscores' } as const
      for await (const chunk of exposition(books, [], format))
        chunks.push(...[chunk].flat().map(copied))
      return Buffer.concat(chunks)
    },
    renames: () => isRenaming,
  }
}

/** What is lent to a reader may be written to when it has been read. */
const copied = (piece: string | Uint8Array) =>
  typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece)

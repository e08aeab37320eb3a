/** The families of the server itself: `/metrics` shows them, and no push may clash with them. */
import type { MetricType } from '#api/sample'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { timeNames } from '../store/times.ts'
import type { FamilyHead, StoredFamily } from '../text/family.ts'
import { renderPush } from '../text/render.ts'
import { parseText } from '../text/text-parser.ts'

export interface OwnFamilies {
  /** Reads the registry anew. */
  read(): Promise<readonly StoredFamily[]>
  /** Names and types as of the last reading, the times of groups included. */
  types(): ReadonlyMap<string, MetricType>
}

/** `text` gives the registry's families in text format; absent: the server shows none. */
export function createOwnFamilies(
  text: (() => Promise<string>) | undefined,
  log: Log,
): OwnFamilies {
  let types = timeNames
  return {
    types: () => types,
    async read() {
      if (text === undefined) return []
      try {
        const { families } = parseText(Buffer.from(await text()))
        types = new Map([...timeNames, ...families.map(({ name, type }) => [name, type] as const)])
        const group = { pairs: [], addsInstance: false }
        const rendering = { group, pushedAtMs: 0, headOf: (head: FamilyHead) => head }
        return renderPush(families, rendering).map(({ stored }) => stored)
      } catch (error) {
        log.error({ error: messageOf(error) }, 'Own metrics left out of /metrics')
        return []
      }
    },
  }
}

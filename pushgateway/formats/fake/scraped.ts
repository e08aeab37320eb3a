/** Families of several groups as a scrape sees them: a piece for each group. */
import type { FamilyHead, LabelPair, ParsedFamily } from '../../text/family.ts'
import { renderPush } from '../../text/render.ts'
import type { Piece, ScrapedFamily } from '../named-families.ts'

export interface FakeGroup {
  readonly pairs: readonly LabelPair[]
  readonly families: readonly ParsedFamily[]
}

const headOf = (head: FamilyHead) => head

export function scraped(groups: readonly FakeGroup[]): readonly ScrapedFamily[] {
  const byName = new Map<string, { head: FamilyHead; quoted: boolean; pieces: Piece[] }>()
  for (const { pairs, families } of groups) {
    const group = { pairs, addsInstance: false }
    for (const { stored } of renderPush(families, { group, pushedAtMs: 0, headOf })) {
      const { head, proto, metricCount } = stored
      const known = byName.get(head.name) ?? { head, quoted: false, pieces: [] }
      byName.set(head.name, known)
      known.quoted ||= stored.quoted
      const starts = new Uint32Array(metricCount + 1)
      for (let i = 0; i < metricCount; i++)
        starts[i + 1] = (starts[i] ?? 0) + stored.metric(i).length
      const messageOf = proto && ((metric: number) => proto[metric])
      const startOf = (metric: number) => starts[metric] ?? 0
      known.pieces.push({ bytes: Buffer.from(stored.bytes()), metricCount, startOf, messageOf })
    }
  }
  return [...byName.values()]
    .sort((a, b) => (a.head.name < b.head.name ? -1 : 1))
    .map(({ pieces, ...family }) => ({ ...family, pieces: () => pieces }))
}

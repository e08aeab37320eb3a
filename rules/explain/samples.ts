/** The samples that an expression read, with who pushed them and when. */
import type { Labels } from '#lib/labels'
import { type ExpressionNode, partsOf } from '../expression.ts'
import { rfc3339 } from '../postable.ts'
import type { Evaluate } from '../world.ts'
import { elementsOf, type ShownElement } from './tree.ts'
import { type Explained, oneLine } from './why-not.ts'

/** Samples that one explanation lists. */
const samplesMax = 200

export interface UsedSample extends ShownElement {
  readonly selector: string
  /** Who exposed it. */
  readonly source: { readonly job?: string | undefined; readonly instance?: string | undefined }
  /** When its group was last pushed, where a pushgateway shows that. */
  readonly pushedAt?: string
  readonly pushAgeSeconds?: number
}

export async function usedSamples(
  root: ExpressionNode,
  given: Explained,
  { evaluate, atMs }: { evaluate: Evaluate; atMs: number },
): Promise<readonly UsedSample[]> {
  const pushedMs = await pushTimes(evaluate, atMs)
  const used = leavesOf(root).flatMap((leaf) =>
    elementsOf(given.seen.valueOf(leaf), atMs).map((sample): UsedSample => {
      const { job, instance } = sample.labels
      const pushed = pushedMs.get(groupKey(sample.labels))
      return {
        selector: oneLine(leaf, given),
        ...sample,
        source: { job, instance },
        ...(pushed === undefined
          ? {}
          : { pushedAt: rfc3339(pushed), pushAgeSeconds: (atMs - pushed) / 1000 }),
      }
    }),
  )
  return used.slice(0, samplesMax)
}

const leavesOf = (node: ExpressionNode): readonly ExpressionNode[] =>
  node.kind === 'selector' || node.kind === 'range' ? [node] : partsOf(node).flatMap(leavesOf)

const groupKey = ({ job = '', instance = '' }: Labels) => `${job} ${instance}`

async function pushTimes(evaluate: Evaluate, atMs: number): Promise<ReadonlyMap<string, number>> {
  const elements = await evaluate('push_time_seconds', atMs)
  return new Map(elements.map(({ labels, value }) => [groupKey(labels), value * 1000]))
}

/** What of an evaluation is about the labels that somebody asked for. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { ExpressionNode } from '../expression.ts'
import type { SeenValue, Watch } from '../world.ts'

export interface Seen {
  readonly watch: Watch
  /** The whole expression; undefined where the evaluator shows nothing. */
  root(): ExpressionNode | undefined
  /** Of a part that was evaluated for several times, what it gave last. */
  valueOf(node: ExpressionNode): SeenValue | undefined
}

/** Keeps what does not contradict the matchers: a label that is not there may be any. */
export function createSeen(matchers: readonly Matcher[]): Seen {
  const values = new Map<ExpressionNode, SeenValue>()
  let root: ExpressionNode | undefined
  return {
    watch(node, _, value) {
      root = node
      values.set(node, value)
    },
    root: () => root,
    valueOf(node) {
      const value = values.get(node)
      return value === undefined ? undefined : relevant(value, matchers)
    },
  }
}

export const isAbout = (labels: Labels, matchers: readonly Matcher[]) =>
  matchers.every((matcher) => labels[matcher.name] === undefined || matcher.matches(labels))

function relevant(value: SeenValue, matchers: readonly Matcher[]): SeenValue {
  if (value.type === 'vector')
    return { ...value, elements: value.elements.filter(({ labels }) => isAbout(labels, matchers)) }
  if (value.type !== 'matrix') return value
  return { ...value, series: value.series.filter(({ labels }) => isAbout(labels, matchers)) }
}

export function isEmpty(value: SeenValue | undefined): boolean {
  if (value?.type === 'vector') return value.elements.length === 0
  return value?.type === 'matrix' && value.series.length === 0
}

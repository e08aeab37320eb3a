/** Between scalars, vectors and times; and the order of a vector. */
import { unwrap } from '../expression.ts'
import { noLabels } from '../label-set.ts'
import { hasOneName, nameless, refuseTwins, scalarOf, vectorOf } from '../values.ts'
import { elementsIn, type FunctionBody, scalarsIn } from './call-site.ts'

export const conversions: Readonly<Record<string, FunctionBody>> = {
  time: (_, { atMs }) => scalarOf(atMs / 1000),
  pi: () => scalarOf(Math.PI),
  scalar(args) {
    const [only, ...others] = elementsIn(args)
    return scalarOf(only === undefined || others.length > 0 ? Number.NaN : only.value)
  },
  vector(args) {
    const [value = Number.NaN] = scalarsIn(args)
    return vectorOf([{ labels: noLabels, value, sampledAtMs: undefined, origin: undefined }])
  },
  /** Of a selector: when its samples were taken. Of anything else: when it was evaluated. */
  timestamp(args, { call, atMs }) {
    const [arg] = call.args
    const isSelector = arg !== undefined && unwrap(arg).kind === 'selector'
    const elements = elementsIn(args)
    const stamped = elements.map((element) => {
      const ms = isSelector ? (element.sampledAtMs ?? atMs) : atMs
      return nameless(element, ms / 1000)
    })
    if (!hasOneName(elements)) refuseTwins(stamped)
    return vectorOf(stamped)
  },
  sort: (args) => vectorOf(elementsIn(args).toSorted((a, b) => byValue(a.value, b.value))),
  sort_desc: (args) =>
    vectorOf(
      elementsIn(args).toSorted((a, b) =>
        Number.isNaN(a.value) || Number.isNaN(b.value)
          ? byValue(a.value, b.value)
          : byValue(b.value, a.value),
      ),
    ),
}

/** NaN comes last. */
function byValue(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a === b ? 0 : a < b ? -1 : 1
}

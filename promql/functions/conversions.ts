/** Between scalars, vectors and times. */
import { unwrap } from '../expression.ts'
import { noLabels } from '../label-set.ts'
import { mixesNames } from '../twins.ts'
import { scalarOf, vectorOf } from '../values.ts'
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
  timestamp(args, { call, atMs, query: { dialect } }) {
    const [arg] = call.args
    const isSelector = arg !== undefined && unwrap(arg).kind === 'selector'
    const elements = elementsIn(args)
    const stamped = elements.map((element) => {
      const ms = isSelector ? (element.sampledAtMs ?? atMs) : atMs
      return dialect.renamed(element, ms / 1000)
    })
    if (mixesNames(call)) dialect.refuseTwins(stamped)
    return vectorOf(stamped)
  },
}

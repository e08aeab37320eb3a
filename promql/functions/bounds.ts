/** What a query says of itself: its bounds, its step, how long it is, in seconds; and scalars. */
import { scalarOf } from '../values.ts'
import { type FunctionBody, scalarsIn } from './call-site.ts'

export const bounds: Readonly<Record<string, FunctionBody>> = {
  start: (_, { query }) => scalarOf(query.startMs / 1000),
  end: (_, { query }) => scalarOf(query.endMs / 1000),
  step: (_, { query }) => scalarOf(query.stepMs / 1000),
  range: (_, { query }) => scalarOf((query.endMs - query.startMs) / 1000),
  min_of: (args) => scalarOf(Math.min(...scalarsIn(args))),
  max_of: (args) => scalarOf(Math.max(...scalarsIn(args))),
}

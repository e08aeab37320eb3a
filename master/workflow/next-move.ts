/** What a job does next, from its rows alone. Pure: this is the whole of "resume". */
import type { StepTable } from '../store/database.ts'
import type { Step } from './workflow.ts'

export type Move =
  | { readonly kind: 'do'; readonly position: number }
  | { readonly kind: 'undo'; readonly position: number }
  | { readonly kind: 'turn back' }
  | { readonly kind: 'end' }

export interface Course {
  readonly isGoingBack: boolean
  readonly isCancelAsked: boolean
  readonly rows: readonly Pick<StepTable, 'name' | 'state'>[]
}

export function nextMove(steps: readonly Step[], course: Course): Move {
  const stateOf = (step: Step) => course.rows.find((row) => row.name === step.name)?.state
  if (course.isGoingBack) {
    const position = steps.findLastIndex((step) => isToUndo(stateOf(step)))
    return position < 0 ? { kind: 'end' } : { kind: 'undo', position }
  }
  const position = steps.findIndex((step) => stateOf(step) !== 'done')
  if (position < 0) return { kind: 'end' }
  if (course.isCancelAsked && pastReturn(steps, course.rows) === undefined)
    return { kind: 'turn back' }
  return { kind: 'do', position }
}

/** The begun step after which a job only goes forward, or undefined while it can turn back. */
export function pastReturn(steps: readonly Step[], rows: Course['rows']): Step | undefined {
  const begun = new Set(rows.map((row) => row.name))
  return steps.find((step) => step.isPointOfNoReturn && begun.has(step.name))
}

/** The failed step itself is not undone: it made nothing that it could name. */
function isToUndo(state: StepTable['state'] | undefined): boolean {
  return state === 'done' || state === 'undoing'
}

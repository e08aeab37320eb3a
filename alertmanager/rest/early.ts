/** `POST /api/v2/alerts` before the store is open; everything else waits at the door. */
import type { EarlyIntake } from '../arrival/early.ts'
import type { MatcherMode } from '../config/matchers.ts'
import { type AnswerWorld, answer } from './answering.ts'
import { postAlerts } from './post-alerts.ts'
import type { Handle } from './routes.ts'

export interface EarlyHandleWorld extends AnswerWorld {
  readonly intake: EarlyIntake
  readonly mode: MatcherMode
}

/** True: the request is answered here. */
export function createEarlyHandle(world: EarlyHandleWorld): Handle {
  const post = postAlerts({ ...world, nameLimit: { admitted: (alerts) => alerts } })
  return (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://host')
    const isPost = request.method === 'POST' && pathname === '/api/v2/alerts'
    if (!isPost || !world.intake.isOpen) return false
    const run = () => post({ request, query, argument: '' })
    void answer(run, { request, response }, world)
    return true
  }
}

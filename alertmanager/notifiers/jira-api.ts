/** The parts of Jira's REST API that keep an issue: search, create, update, transition. */
import { judged, type Verdict, withKey } from './exchange.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts'
import { jsonPost, objectOf, recordOf, strings, told } from './json-exchange.ts'
import type { Message, Outcome } from './notifier.ts'

export interface FoundIssue {
  readonly id: string
  readonly key: string
  readonly isDone: boolean
}

export interface JiraApi {
  /** The first that fits `jql`. `lastId` is read as it is now, even if the index is behind. */
  find(jql: string, lastId: string | undefined): Promise<FoundIssue | undefined>
  /** The id of the new issue. */
  create(fields: object): Promise<string | undefined>
  update(key: string, fields: object): Promise<void>
  /** By the name of the transition. */
  transition(key: string, name: string): Promise<void>
}

/** A request that Jira did not take; what that means for the attempt. */
export class JiraRefusal extends Error {
  readonly outcome: Outcome

  constructor(outcome: Extract<Outcome, { kind: 'failed' }>) {
    super(outcome.reason)
    this.outcome = outcome
  }
}

interface Jira {
  readonly client: HttpClient
  readonly url: string
  readonly isCloud: boolean
}

interface Attempted {
  readonly message: Message
  readonly signal: AbortSignal
}

export function createJiraApi({ client, url, isCloud }: Jira, attempted: Attempted): JiraApi {
  const { message, signal } = attempted
  const address = url.replace(/\/*$/, '/')
  const call = async (request: HttpRequest) => {
    const answer = await client.send(request, signal)
    const outcome = judged(answer, verdict, [])
    if (outcome.kind === 'failed') throw new JiraRefusal(outcome)
    return objectOf(answer.text) ?? {}
  }
  const get = (path: string) => ({ url: address + path, method: 'GET' })
  const post = (path: string, body: object) => jsonPost(address + path, JSON.stringify(body))
  return {
    async find(jql, lastId) {
      const asked = { jql, maxResults: 2, fields: ['status'] }
      const answer = isCloud
        ? await call(post('search/jql', { ...asked, ...reconciled(lastId) }))
        : await call(post('search', asked))
      return foundIn(answer)
    },
    async create(issue) {
      const { id } = await call(withKey(post('issue', { fields: issue }), message))
      return strings(id)[0]
    },
    async update(key, issue) {
      const request = { ...post(`issue/${key}`, { fields: issue }), method: 'PUT' }
      await call(withKey(request, message))
    },
    async transition(key, name) {
      const { transitions } = await call(get(`issue/${key}/transitions`))
      const offered = Array.isArray(transitions) ? transitions.map(recordOf) : []
      const id = offered.find((transition) => transition?.name === name)?.id
      if (id === undefined)
        throw new Error(`Cannot move issue ${key}: it has no transition "${name}" where it stands`)
      await call(post(`issue/${key}/transitions`, { transition: { id } }))
    },
  }
}

/** Jira Cloud's index may be behind by seconds, except for issues that are named. */
const reconciled = (lastId: string | undefined) =>
  lastId === undefined || !/^\d+$/.test(lastId) ? {} : { reconcileIssues: [Number(lastId)] }

function foundIn({ issues }: Record<string, unknown>): FoundIssue | undefined {
  const issue = Array.isArray(issues) ? recordOf(issues[0]) : undefined
  const [id = ''] = strings(issue?.id)
  const [key = id] = strings(issue?.key)
  const status = recordOf(recordOf(issue?.fields)?.status)
  const category = recordOf(status?.statusCategory)?.key
  return key === '' ? undefined : { id, key, isDone: category === 'done' }
}

const verdict: Verdict = {
  explain: (answer: HttpAnswer) =>
    told(answer, ({ errorMessages, errors }) => [...strings(errorMessages), ...strings(errors)]),
}

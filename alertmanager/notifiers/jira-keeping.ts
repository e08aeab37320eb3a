/** Which issue a notification is about, and what becomes of it. */
import { type JiraApi, JiraRefusal } from './jira-api.ts'
import type { Issue } from './jira-issue.ts'
import { delivered, type Message, type Outcome } from './notifier.ts'

export interface Keeping {
  readonly reopenTransition: string
  readonly resolveTransition: string
  readonly wontFixResolution: string
  readonly reopenDurationMs: number
}

interface Desk {
  readonly api: JiraApi
  readonly message: Message
}

export async function keepIssue(
  keeping: Keeping,
  issue: Issue,
  { api, message }: Desk,
): Promise<Outcome> {
  try {
    const id = await kept(keeping, issue, { api, message })
    return id === undefined ? delivered : { kind: 'delivered', memory: { issue: id } }
  } catch (error) {
    if (error instanceof JiraRefusal) return error.outcome
    throw error
  }
}

/** The id of the issue, where there is one. */
async function kept(
  keeping: Keeping,
  issue: Issue,
  { api, message }: Desk,
): Promise<string | undefined> {
  const isFiring = message.notification.status === 'firing'
  const found = await api.find(
    jqlOf(keeping, issue, isFiring ? 'firing' : 'resolved'),
    message.memory.issue,
  )
  // Nothing is opened to say that nothing is wrong.
  if (found === undefined) return isFiring ? api.create(issue.fields) : undefined
  const { reopenTransition, resolveTransition } = keeping
  // A closed issue may not be edited: it is opened first, and closed last.
  if (isFiring && found.isDone && reopenTransition !== '')
    await api.transition(found.key, reopenTransition)
  await api.update(found.key, issue.updatedFields)
  if (!isFiring && !found.isDone && resolveTransition !== '')
    await api.transition(found.key, resolveTransition)
  return found.id
}

/** Issues of the group; those that are done only where they could be opened again. */
export function jqlOf(
  { wontFixResolution, reopenTransition, reopenDurationMs }: Keeping,
  { project, groupLabel }: Pick<Issue, 'project' | 'groupLabel'>,
  status: 'firing' | 'resolved',
): string {
  const minutes = Math.floor(reopenDurationMs / 60_000)
  const clauses = [
    wontFixResolution === ''
      ? ''
      : `(resolution is EMPTY or resolution != ${quoted(wontFixResolution)})`,
    status === 'firing' && reopenTransition !== '' ? '' : 'statusCategory != Done',
    minutes === 0 ? '' : `(resolutiondate is EMPTY or resolutiondate >= -${minutes}m)`,
    `project = ${quoted(project)}`,
    `labels = ${quoted(groupLabel)}`,
  ].filter((clause) => clause !== '')
  return `${clauses.join(' and ')} order by status ASC, resolutiondate DESC`
}

const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`

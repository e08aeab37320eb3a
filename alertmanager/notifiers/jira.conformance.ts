/** A small Jira for tests: keeps issues, and refuses what Jira's documentation says it refuses. */
import { z } from 'zod'
import type { PlainAnswer, SentRequest } from './http.conformance.ts'
import type { Vendor } from './vendor.conformance.ts'

export interface FakeIssue {
  readonly id: string
  readonly key: string
  fields: Record<string, unknown>
  isDone: boolean
}

export interface FakeJira {
  readonly vendor: Vendor
  readonly issues: FakeIssue[]
}

const textNode = z.strictObject({ type: z.literal('text'), text: z.string().min(1) })
const hardBreak = z.strictObject({ type: z.literal('hardBreak') })
const document = z.strictObject({
  type: z.literal('doc'),
  version: z.literal(1),
  content: z.array(
    z.strictObject({
      type: z.literal('paragraph'),
      content: z.array(z.union([textNode, hardBreak])).min(1),
    }),
  ),
})

const fieldsOf = (description: z.ZodType) =>
  z
    .object({
      project: z.strictObject({ key: z.literal('OPS') }),
      issuetype: z.strictObject({ name: z.literal('Bug') }),
      summary: z
        .string()
        .min(1)
        .max(255)
        .regex(/^[^\n]*$/),
      description,
      labels: z.array(z.string().max(255).regex(/^\S+$/)),
      priority: z.strictObject({ name: z.string().min(1) }).optional(),
    })
    .catchall(z.unknown())

const issueV2 = fieldsOf(z.string().max(32_767))
const issueV3 = fieldsOf(document)
const search = { jql: z.string(), maxResults: z.int(), fields: z.array(z.string()) }
const searchOld = z.strictObject(search)
const searchNew = z.strictObject({
  ...search,
  reconcileIssues: z.array(z.int()).max(50).optional(),
})
const transitions = [
  { id: '31', name: 'Close', isDone: true },
  { id: '41', name: 'Open again', isDone: false },
]

export function createFakeJira(): FakeJira {
  const issues: FakeIssue[] = []
  return { issues, vendor: (sent) => answered(issues, sent) }
}

function answered(issues: FakeIssue[], sent: SentRequest): PlainAnswer {
  const [, version, path = ''] = /\/rest\/api\/([23])\/(.*)$/.exec(sent.url) ?? []
  const schema = version === '3' ? issueV3 : issueV2
  const [, key, transitioning] = /^issue\/([^/]+)(\/transitions)?$/.exec(path) ?? []
  const issue = issues.find((other) => other.key === key)
  switch (`${sent.method} ${path.replace(key ?? '-', '*')}`) {
    case 'POST search':
      return searched(issues, searchOld.parse(sent.json()).jql)
    case 'POST search/jql':
      return searched(issues, searchNew.parse(sent.json()).jql)
    case 'POST issue':
      return created(issues, sent, schema)
    case 'PUT issue/*':
      return issue === undefined ? missing() : updated(issue, sent, schema)
    case 'GET issue/*/transitions':
      return ok({ transitions: transitions.filter((t) => t.isDone !== issue?.isDone) })
    case 'POST issue/*/transitions':
      return issue === undefined || !transitioning ? missing() : moved(issue, sent)
    default:
      return missing()
  }
}

const ok = (body: unknown): PlainAnswer => ({ status: 200, body })

const missing = (): PlainAnswer => ({
  status: 404,
  body: { errorMessages: ['Issue does not exist'] },
})

const refused = (error: z.ZodError): PlainAnswer => ({
  status: 400,
  body: { errorMessages: [], errors: { fields: error.message } },
})

/** Understands the two clauses that tell issues of one group apart. */
function searched(issues: FakeIssue[], jql: string): PlainAnswer {
  const [, label = ''] = /labels = "([^"]*)"/.exec(jql) ?? []
  const found = issues.filter(
    ({ fields, isDone }) =>
      Array.isArray(fields.labels) &&
      fields.labels.includes(label) &&
      !(isDone && jql.includes('statusCategory != Done')),
  )
  return ok({
    issues: found.map(({ id, key, isDone }) => ({
      id,
      key,
      fields: { status: { name: 'x', statusCategory: { key: isDone ? 'done' : 'new' } } },
    })),
  })
}

function created(issues: FakeIssue[], sent: SentRequest, schema: z.ZodType): PlainAnswer {
  const { data, error } = z.strictObject({ fields: schema }).safeParse(sent.json())
  if (error !== undefined) return refused(error)
  const number = issues.length
  const issue = { id: String(10_000 + number), key: `OPS-${number + 1}`, isDone: false }
  issues.push({ ...issue, fields: data.fields as FakeIssue['fields'] }) // The schema's object.
  return { status: 201, body: issue }
}

/** An issue that is done cannot be edited, as in Jira's classic workflow. */
function updated(issue: FakeIssue, sent: SentRequest, schema: typeof issueV2): PlainAnswer {
  if (issue.isDone) return { status: 400, body: { errorMessages: ['not editable'] } }
  const { data, error } = z.strictObject({ fields: schema.partial() }).safeParse(sent.json())
  if (error !== undefined) return refused(error)
  issue.fields = { ...issue.fields, ...data.fields }
  return { status: 204 }
}

function moved(issue: FakeIssue, sent: SentRequest): PlainAnswer {
  const body = z.strictObject({ transition: z.strictObject({ id: z.string() }) }).parse(sent.json())
  const transition = transitions.find(({ id }) => id === body.transition.id)
  if (transition === undefined || transition.isDone === issue.isDone) return missing()
  issue.isDone = transition.isDone
  return { status: 204 }
}

/** The routes that follow from a kind: list, read, create, remove, actions. */
import { type FaultCode, fault } from '#api/errors'
import { job as jobKind } from '#api/kinds/job'
import { assert } from '#lib/assert'
import { complaintsOf, type Kind, type Operation, schemaOf } from '#lib/schema'
import { parseUuid } from '#lib/uuid'
import type { Json } from '../store/database.ts'
import { jobResource } from '../workflow/job-resource.ts'
import type { JobRow } from '../workflow/jobs.ts'
import { parseQuery, queryLimits } from './query.ts'
import { flat, listOf, oneOf, sparse } from './resource-answers.ts'
import {
  type Answer,
  type ApiRequest,
  type RestNeeds,
  type Route,
  type RouteParameter,
  takesNothing,
} from './route.ts'

export const listRoute = (kind: Kind): Route => ({
  method: 'get',
  path: `/v1/${kind.plural}`,
  name: `list${capital(kind.plural)}`,
  tag: kind.plural,
  about: `Lists ${kind.plural}. ${kind.about}`,
  parameters: listParameters,
  answer: { status: 200, about: 'One page and the total.', schema: { kind, isList: true } },
  faults: ['QUERY_INVALID'],
  async serve({ query }, needs) {
    const asked = parseQuery(query, { kind, kinds: needs.kinds })
    const { items, total } = await listOf(kind, asked, needs)
    const { start, limit, fields } = asked
    const json = { total, start, limit, items: items.map((item) => sparse(item, fields)) }
    return { status: 200, body: { json } }
  },
})

export const readRoute = (kind: Kind): Route => ({
  method: 'get',
  path: `/v1/${kind.plural}/:id`,
  name: `read${capital(kind.name)}`,
  tag: kind.plural,
  about: `One ${kind.name}.`,
  answer: { status: 200, about: `The ${kind.name}.`, schema: { kind, isList: false } },
  faults: ['RESOURCE_UNKNOWN'],
  async serve({ path: { id = '' } }, needs) {
    const uuid = parseUuid(id)
    const found = uuid === undefined ? undefined : await oneOf(kind, uuid, needs)
    if (found === undefined) throw unknownResource(kind, id)
    return { status: 200, body: { json: found } }
  },
})

export function createRoute(kind: Kind): Route[] {
  if (kind.create === undefined) return []
  const name = `create${capital(kind.name)}`
  return [
    operationRoute({ kind, operation: kind.create, of: 'create', method: 'post', name, path: '' }),
  ]
}

export function removeRoute(kind: Kind): Route[] {
  if (kind.remove === undefined) return []
  const name = `remove${capital(kind.name)}`
  const path = '/:id'
  return [
    operationRoute({ kind, operation: kind.remove, of: 'remove', method: 'delete', name, path }),
  ]
}

export function actionRoutes(kind: Kind): Route[] {
  return Object.entries(kind.actions).map(([of, operation]) => {
    const name = `${of}${capital(kind.name)}`
    const path = `/:id/actions/${of}`
    return operationRoute({ kind, operation, of, method: 'post', name, path })
  })
}

interface OperationAt {
  readonly kind: Kind
  readonly operation: Operation
  /** `create`, `remove`, or the action's name. */
  readonly of: string
  readonly method: Route['method']
  readonly name: string
  readonly path: string
}

function operationRoute({ kind, operation, of, method, name, path }: OperationAt): Route {
  const schema = schemaOf(operation.input)
  const isOptional = takesNothing(operation.input)
  const namesResource: FaultCode[] = path === '' ? [] : ['RESOURCE_UNKNOWN']
  return {
    method,
    path: `/v1/${kind.plural}${path}`,
    name,
    tag: kind.plural,
    about: operation.about,
    parameters: [jobIdParameter],
    ...(method === 'delete' ? {} : { body: { schema, isOptional } }),
    answer: {
      status: 202,
      about: 'The job that does it; Location names it.',
      schema: { kind: jobKind, isList: false },
    },
    // The kinds name codes as text, because `lib` knows no catalogue; a test holds them to ours.
    faults: [
      ...namesResource,
      'BODY_INVALID',
      'JOB_ID_INVALID',
      ...(operation.faults as FaultCode[]),
    ],
    async serve(request, needs) {
      const input = schema.safeParse(request.body ?? {})
      if (!input.success) {
        const reason = complaintsOf(input.error)
        throw fault('BODY_INVALID', { what: `${of} ${kind.name}`, reason })
      }
      const id = idIn(request, kind)
      return accepted(await perform({ id, of, kind, input: input.data, request }, needs))
    },
  }
}

interface Call {
  readonly id: string
  readonly of: string
  readonly kind: Kind
  readonly input: Json
  readonly request: ApiRequest
}

function perform({ id, of, kind, input, request }: Call, needs: RestNeeds): Promise<JobRow> {
  const operation = needs.operations.find((one) => one.of === `${kind.name}.${of}`)
  assert(operation !== undefined, `No operation does ${kind.name}.${of}`)
  const { jobId, traceparent } = request
  const uuid = jobId === undefined ? undefined : parseUuid(jobId)
  if (jobId !== undefined && uuid === undefined) throw fault('JOB_ID_INVALID', { given: jobId })
  return operation.run({ id, input, order: { id: uuid, requestedBy: 'api', traceparent } }, needs)
}

function accepted(job: JobRow): Answer {
  return {
    status: 202,
    headers: { Location: `/v1/jobs/${job.id}` },
    body: { json: flat(jobResource(job)) },
  }
}

/** Empty where the route names no resource. */
function idIn({ path }: ApiRequest, kind: Kind): string {
  if (path.id === undefined) return ''
  const uuid = parseUuid(path.id)
  if (uuid === undefined) throw unknownResource(kind, path.id)
  return uuid
}

const unknownResource = (kind: Kind, id: string) =>
  fault('RESOURCE_UNKNOWN', { kind: kind.name, plural: kind.plural, id: id.slice(0, 100) })

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

const jobIdParameter: RouteParameter = {
  in: 'header',
  name: 'X-Job-UUID',
  about: 'An id for the job, chosen by the caller: the same request again answers the same job.',
  schema: { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$' },
}

const whole = (most: number, fallback: number) => ({
  type: 'integer',
  minimum: 0,
  maximum: most,
  default: fallback,
})

const listParameters: readonly RouteParameter[] = [
  {
    in: 'query',
    name: 'q',
    about:
      'A condition such as state=in, usedBytes>=1024, state?=in,draining, name~=n1%, ' +
      'endsAt is null; ' +
      'negated !=, !?=, !~=, not null. Fields of what is above: node.rack.name=r1. Repeated: and.',
    schema: { type: 'array', items: { type: 'string' }, maxItems: queryLimits.conditionsMax },
  },
  {
    in: 'query',
    name: 'limit',
    about: 'How many at most.',
    schema: whole(queryLimits.pageMax, queryLimits.page),
  },
  { in: 'query', name: 'start', about: 'How many to skip.', schema: whole(1_000_000_000, 0) },
  {
    in: 'query',
    name: 'sort',
    about: 'A field, with - before it for the greatest first.',
    schema: { type: 'string', default: '-createdAt' },
  },
  {
    in: 'query',
    name: 'fields',
    about: 'Only these fields, with commas between.',
    schema: { type: 'string' },
  },
]

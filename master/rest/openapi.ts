/** OpenAPI 3.1, computed from the kinds, the routes and the catalogue of errors. */
import { z } from 'zod'
import { type FaultCode, fault } from '#api/errors'
import { type Kind, resourceFields, schemaOf, text } from '#lib/schema'
import type { Route, RouteAnswer } from './route.ts'
import { routesOf } from './routes.ts'

export function openApiOf(kinds: readonly Kind[]): object {
  const routes = routesOf(kinds)
  const paths = new Map<string, Record<string, object>>()
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths.set(path, { ...paths.get(path), [route.method]: operationOf(route) })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ZStone',
      version: '1',
      description:
        'Resources of a storage cluster and the jobs that change them. What changes something ' +
        'answers 202 and a job; the job says how far it is, and why where it failed.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: tagsOf(kinds, routes),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries(kinds.flatMap(schemasOf)),
        Problem: problem,
      },
    },
  }
}

function tagsOf(kinds: readonly Kind[], routes: readonly Route[]) {
  const about = new Map(kinds.map((kind) => [kind.plural, kind.about]))
  return [...new Set(routes.map(({ tag }) => tag))].map((name) => {
    const description = about.get(name)
    return description === undefined ? { name } : { name, description }
  })
}

/** These can answer any route; the rest say which of their own codes they answer. */
const faultsOfAll: readonly FaultCode[] = ['TOKEN_WRONG']

function operationOf(route: Route): object {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    in: 'path',
    name,
    required: true,
    schema: name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }))
  const others = (route.parameters ?? []).map(({ about, ...rest }) => ({
    ...rest,
    description: about,
    required: false,
  }))
  const { body } = route
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: route.about,
    ...(route.isOpen ? { security: [] } : {}),
    parameters: [...inPath, ...others],
    ...(body === undefined
      ? {}
      : { requestBody: { required: !body.isOptional, content: asJson(jsonSchema(body.schema)) } }),
    responses: {
      [route.answer.status]: answerOf(route.answer),
      ...problemsOf(route.isOpen ? route.faults : [...faultsOfAll, ...route.faults]),
    },
  }
}

function answerOf({ status, about, schema, contentType }: RouteAnswer): object {
  const location = {
    Location: { description: 'The job.', schema: { type: 'string', format: 'uri-reference' } },
  }
  const content =
    contentType === undefined
      ? asJson(schema === undefined ? { type: 'object' } : refTo(schema))
      : { [contentType]: { schema: { type: 'string' } } }
  return { description: about, ...(status === 202 ? { headers: location } : {}), content }
}

/** By status: several codes may share one. */
function problemsOf(codes: readonly FaultCode[]): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => fault(code).status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${fault(code).message}`).join('\n\n'),
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  )
}

function schemasOf(kind: Kind): [name: string, schema: object][] {
  const name = schemaName(kind)
  const own = { ...resourceFields, kind: text('Its kind.'), ...kind.fields }
  const schema = { ...jsonSchema(schemaOf(own)), description: kind.about }
  const count = { type: 'integer', minimum: 0 }
  const list = {
    type: 'object',
    required: ['total', 'start', 'limit', 'items'],
    properties: {
      total: { ...count, description: 'How many fulfil the conditions.' },
      start: count,
      limit: count,
      items: { type: 'array', items: ref(name) },
    },
  }
  return [
    [name, schema],
    [`${name}List`, list],
  ]
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}

const schemaName = ({ name }: Kind) => name.charAt(0).toUpperCase() + name.slice(1)
const refTo = ({ kind, isList }: NonNullable<RouteAnswer['schema']>) =>
  ref(`${schemaName(kind)}${isList ? 'List' : ''}`)
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const asJson = (schema: object) => ({ 'application/json': { schema } })

const problem = {
  type: 'object',
  description: 'What went wrong (RFC 9457).',
  required: ['status', 'code', 'title'],
  properties: {
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stands for the error for ever, whatever its words.' },
    title: { type: 'string', description: 'For people: what cannot be done, why, and the remedy.' },
    retry: { type: 'boolean', description: 'Whether the same request may succeed later.' },
    details: { type: 'object' },
  },
}

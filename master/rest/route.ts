/** A route: what OpenAPI says of it and who serves it, in one value. */
import type { z } from 'zod'
import type { FaultCode } from '#api/errors'
import type { StatusReport } from '#api/status'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Fields, Kind } from '#lib/schema'
import type { Tracer } from '#lib/trace'
import type { Operation, OperationNeeds } from '../operation/operation.ts'
import type { Reactor } from '../reaction/react.ts'
import type { Sql } from '../store/database.ts'
import type { Jobs } from '../workflow/jobs.ts'
import type { Parameters } from './query.ts'

export interface Route {
  readonly method: 'get' | 'post' | 'delete'
  /** `:id` stands for a part that varies. */
  readonly path: string
  /** The operation's name in OpenAPI, in metrics and in traces. */
  readonly name: string
  readonly tag: string
  /** One sentence. */
  readonly about: string
  /** Answers without a token. */
  readonly isOpen?: true
  /** Query or header, for OpenAPI; the server checks them itself. */
  readonly parameters?: readonly RouteParameter[]
  readonly body?: RouteBody
  readonly answer: RouteAnswer
  readonly faults: readonly FaultCode[]
  serve(request: ApiRequest, needs: RestNeeds): Promise<Answer>
}

export interface RouteParameter {
  readonly in: 'query' | 'header'
  readonly name: string
  readonly about: string
  readonly schema: object
}

export interface RouteBody {
  readonly schema: z.ZodType
  readonly isOptional: boolean
}

export interface RouteAnswer {
  readonly status: 200 | 202
  readonly about: string
  /** Of the catalogue of schemas: a kind, its list, or `object`. */
  readonly schema?: { readonly kind: Kind; readonly isList: boolean }
  /** Absent: JSON. */
  readonly contentType?: string
}

export interface ApiRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: Parameters
  /** Undefined where the body is empty. */
  readonly body: unknown
  /** `X-Job-UUID`, as it came. */
  readonly jobId: string | undefined
  /** Of this request's span. */
  readonly traceparent: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, a text, or a file to send. */
  readonly body: { readonly json: unknown } | { readonly text: string } | { readonly file: string }
}

export interface RestNeeds extends OperationNeeds {
  readonly sql: Sql
  readonly jobs: Jobs
  readonly kinds: readonly Kind[]
  readonly operations: readonly Operation[]
  readonly reactor: Pick<Reactor, 'take'>
  /** The whole API in OpenAPI's words. */
  readonly openApi: object
  readonly statusReport: () => Promise<StatusReport>
  readonly token: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
}

/** The input of an operation whose body may be left out. */
export const takesNothing = (input: Fields) =>
  Object.values(input).every((field) => field.isOptional === true)

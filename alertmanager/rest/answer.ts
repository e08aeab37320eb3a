/** Answers as upstream's generated server gives them: its codes, its JSON, its empty bodies. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Thrown by a handler; becomes the answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly body: unknown
  constructor(status: number, body: unknown) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

/** The body of refusals that happen before a handler runs; 6xx codes name what is wrong. */
export const schemaRefusal = (status: number, code: number, message: string) =>
  new Refusal(status, { code, message })

/** A handler's own refusals are a bare JSON text. */
export const plainRefusal = (status: number, message: string) => new Refusal(status, message)

export interface Call {
  readonly request: IncomingMessage
  readonly query: URLSearchParams
  /** What stands for `{…}` in the path. */
  readonly argument: string
}

export type Handler = (call: Call) => Promise<unknown>

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  // One line end, as Go's encoder writes it; clients that read lines rely on it.
  const text = body === undefined ? '' : `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    ...(text !== '' && { 'Content-Type': 'application/json' }),
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': '*',
    Vary: 'Origin',
  })
  response.end(text)
}

/** As upstream reads them: absent is true, `true` and its like are true, all else is false. */
export function truthOf(query: URLSearchParams, name: string): boolean {
  const given = query.get(name)
  if (given === null || given === '') return true
  const truths = [
    'true',
    '1',
    't',
    'T',
    'TRUE',
    'True',
    'yes',
    'y',
    'on',
    'ok',
    'checked',
    'enabled',
  ]
  return truths.includes(given)
}

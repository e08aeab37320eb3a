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

/** What is given becomes the JSON of the answer, `undefined` an empty one. */
export type Handler = (call: Call) => Promise<unknown>

/** JSON that is written already. */
export class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  // One line end, as Go's encoder writes it; clients that read lines rely on it.
  const text =
    body === undefined ? '' : `${body instanceof JsonText ? body.text : JSON.stringify(body)}\n`
  response.writeHead(status, {
    ...(text !== '' && { 'Content-Type': 'application/json' }),
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': '*',
    Vary: 'Origin',
  })
  response.end(text)
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  if (status >= 400) response.setHeader('X-Content-Type-Options', 'nosniff')
  if (text !== '') response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(text) }).end(text)
}

/** Asks the alertmanager. What it refuses is thrown with its own words. */
import { messageOf } from '#lib/errors'
import type { Asked } from './verb.ts'

type Server = Pick<Asked, 'url' | 'timeoutMs'>

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: URLSearchParams
  readonly body?: unknown
}

export async function ask(server: Server, path: string, question: Question = {}): Promise<unknown> {
  const { method = 'GET', query, body } = question
  const { url, headers } = addressOf(server.url, path, query)
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    signal: AbortSignal.timeout(server.timeoutMs),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error) => {
    throw new Error(`${method} ${url.origin}${path}: ${messageOf(error)}`)
  })
  const text = await response.text()
  if (response.ok) return text === '' ? undefined : JSON.parse(text)
  throw new Error(`${method} ${path}: ${response.status}: ${reasonIn(text)}`)
}

/** A login in the URL goes into a header, as amtool has it. */
function addressOf(base: string, path: string, query: URLSearchParams | undefined) {
  const url = new URL(base)
  const { username, password } = url
  url.username = ''
  url.password = ''
  url.pathname = url.pathname.replace(/\/$/, '') + path
  url.search = query?.toString() ?? ''
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const basic = `Basic ${Buffer.from(login).toString('base64')}`
  return { url, headers: username === '' ? {} : { Authorization: basic } }
}

/** A bare JSON text, an object with a message, or a page. */
function reasonIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'string') return body
    if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message)
  } catch {}
  return text.trim().slice(0, 500)
}

/**
 * A statement that comes again is parsed and planned once a connection. Texts are ours and few:
 * values are parameters, so the same question has the same text.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'

const limits = { names: 500 }
const names = new Map<string, string>()

/** Undefined: there are so many texts already that this one is asked without a name. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= limits.names) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32)
  names.set(text, name)
  return name
}

/** From now on its statements with parameters are prepared ones. */
export function prepareStatements(client: pg.ClientBase): void {
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown // All its overloads.
  const query = (first: unknown, values?: unknown, ...rest: unknown[]) => {
    if (typeof first !== 'string' || !Array.isArray(values) || rest.length > 0)
      return ask(first, values, ...rest)
    const name = values.length === 0 ? undefined : nameOf(first)
    const asked = ask(name === undefined ? { text: first, values } : { name, text: first, values })
    return (asked as Promise<unknown>).catch((error) => {
      // A table was altered by a newer version of ours: only a new connection asks afresh.
      if (isStalePlan(error)) void (client as pg.Client).end() // A pool's client is a `Client`.
      throw error
    })
  }
  client.query = query as typeof client.query // Same overloads, passed through.
}

export const isStalePlan = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '0A000' && /plan/.test(error.message)

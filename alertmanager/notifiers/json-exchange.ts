/** Requests and answers in JSON. */
import type { HttpAnswer, HttpRequest } from './http-client.ts'

export function jsonPost(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  return { url, method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body }
}

/** What an answer says of what was wrong, where it is a JSON object that says it. */
export function told(
  { text }: HttpAnswer,
  sayingsOf: (body: Record<string, unknown>) => readonly string[],
): string | undefined {
  const sayings = sayingsOf(objectOf(text) ?? {})
  return sayings.length === 0 ? undefined : sayings.join(', ').slice(0, 500)
}

/** The JSON object that a text is; undefined where it is anything else. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    return recordOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

export function recordOf(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? (value as Record<string, unknown>) : undefined // Just tested.
}

/** The texts in a text, a list or a mapping of texts. */
export function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (Array.isArray(value)) return value.flatMap(strings)
  return Object.entries(recordOf(value) ?? {}).flatMap(([name, inner]) =>
    strings(inner).map((text) => `${name}: ${text}`),
  )
}

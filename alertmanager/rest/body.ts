/** Reads JSON bodies and checks them field by field, with upstream's words for what is wrong. */
import { messageOf } from '#lib/errors'
import { readBody } from '#lib/http/message'
import { type Call, schemaRefusal } from './answer.ts'

const limitBytes = 32 * 1024 * 1024

export async function readJsonBody({ request }: Call, what: string): Promise<unknown> {
  const given = request.headers['content-type'] ?? 'application/x-www-form-urlencoded'
  const type = given.split(';')[0]?.trim().toLowerCase()
  const bytes = await readBody(request, limitBytes)
  if (type !== 'application/json')
    throw schemaRefusal(
      415,
      415,
      `unsupported media type "${given}", only [application/json] are allowed`,
    )
  if (bytes.length === 0) throw required(`${what} in body`)
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw unreadable(what, messageOf(error))
  }
}

export const required = (where: string) => schemaRefusal(422, 602, `${where} is required`)

export const unreadable = (what: string, why: string) =>
  schemaRefusal(400, 400, `parsing ${what} body from "" failed, because ${why}`)

export type Json = Readonly<Record<string, unknown>>

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** RFC 3339, as strict as Go; a zone is needed, days must exist. */
export function timeIn(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const shape = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i
  if (typeof value !== 'string' || !shape.test(value) || Number.isNaN(Date.parse(value)))
    throw unreadable(what, `parsing time ${JSON.stringify(value)}: it is not in RFC 3339`)
  return value
}

export function textIn(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw unreadable(what, `expected text, found ${typeof value}`)
  return value
}

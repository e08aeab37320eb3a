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

export const kindOf = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

/**
 * A time as Go's clients and amtool write it. A zone may be missing, then it is UTC; a day alone is
 * its midnight; an empty text is the epoch.
 */
export function timeIn(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (value === '') return new Date(0).toISOString()
  const [, day, hours, minutes, seconds = ':00', zone = 'Z'] = shapeOf(value) ?? []
  const iso = `${day}T${hours ?? '00'}:${minutes ?? '00'}${seconds}${zone}`
  const isDay = day !== undefined && dayExists(day) && hours !== '24'
  if (!isDay || Number.isNaN(Date.parse(iso)))
    throw unreadable(what, `parsing time ${JSON.stringify(value)}: it is not in RFC 3339`)
  return iso
}

const shapeOf = (value: unknown) =>
  typeof value === 'string'
    ? /^(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(value)
    : null

/** `Date.parse` takes a 30th of February for a day in March; no 32nd, and no 13th month. */
function dayExists(day: string): boolean {
  if (day.slice(8) <= '28') return true
  const parsed = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day)
}

export function textIn(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw unreadable(what, `cannot unmarshal ${kindOf(value)}`)
  return value
}

/** Absent values count as empty, as they do in Go. */
export function textsIn(what: string, value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined
  if (!isJson(value)) throw unreadable(what, `cannot unmarshal ${kindOf(value)} into a map`)
  if (holdsTexts(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, textIn(what, text) ?? '']),
  )
}

/** Most do, and need no copy. */
function holdsTexts(value: Json): value is Record<string, string> {
  for (const name in value) if (typeof value[name] !== 'string') return false
  return true
}

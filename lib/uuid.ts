/** UUIDs that follow from what they name, and UUIDs that others chose. */
import { createHash } from 'node:crypto'

/** The same parts give the same id, on every machine and for ever (RFC 9562, version 8). */
export function uuidOf(...parts: readonly string[]): string {
  const digits = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 3) | 8).toString(16)
  return dashed(`${digits.slice(0, 12)}8${digits.slice(13, 16)}${variant}${digits.slice(17, 32)}`)
}

/** Lower case with dashes; takes 32 hex digits as well; undefined where it is no UUID. */
export function parseUuid(text: string): string | undefined {
  const digits = text.replace(/-/g, '').toLowerCase()
  const isUuid = /^[0-9a-f]{32}$/.test(digits) && (text.length === 32 || /^.{8}-.{4}-/.test(text))
  return isUuid ? dashed(digits) : undefined
}

function dashed(digits: string): string {
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, i) => digits.slice(cuts[i], end))
    .join('-')
}

/** Values in addresses. */
import { failsafe } from './failsafe.ts'

const schemes = new Set(['http', 'https', 'mailto'])

/** An address of another scheme, such as `javascript:`, is not let in. */
export const filterUrl = (text: string) => (isSafe(text) ? text : `#${failsafe}`)

function isSafe(url: string): boolean {
  const colon = url.indexOf(':')
  const scheme = url.slice(0, Math.max(0, colon))
  return colon < 0 || scheme.includes('/') || schemes.has(scheme.toLowerCase())
}

const encoder = new TextEncoder()
const unreserved = /[\w.~-]/
const reserved = /[!#$&*+,/:;=?@[\]]/

/** All but letters, digits and `-._~` by their bytes. */
export const escapeUrl = (text: string) => encoded(text, unreserved)

/** What has a meaning in an address keeps it, escapes too. */
export function normalizeUrl(text: string): string {
  return text
    .split(/(%[\da-fA-F]{2})/)
    .map((piece, i) =>
      i % 2 === 1 ? piece : encoded(piece, new RegExp(`${unreserved.source}|${reserved.source}`)),
    )
    .join('')
}

function encoded(text: string, plain: RegExp): string {
  return [...text].map((letter) => (plain.test(letter) ? letter : bytesOf(letter))).join('')
}

const bytesOf = (letter: string) =>
  [...encoder.encode(letter)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

/** The addresses of a `srcset`, each with its size. */
export function filterSrcset(text: string): string {
  return text.split(',').map(filterImage).join(',')
}

function filterImage(image: string): string {
  const [, before = '', url = '', size = ''] =
    /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\s\S]*)$/.exec(image) ?? []
  if (!isSafe(url) || !/^[\t\n\f\r a-zA-Z0-9]*$/.test(size)) return `#${failsafe}`
  return before + normalizeUrl(url) + size
}

/** What `html`, `js` and `urlquery` do to a text. */
import { isPrintable } from '#lib/go-text'

const entities: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
}

export const escapeHtml = (text: string) =>
  text.replace(/[\0"&'<>]/g, (letter) => entities[letter] ?? letter)

export function escapeJs(text: string): string {
  return [...text]
    .map((letter) => {
      if (letter === '\\' || letter === "'" || letter === '"') return `\\${letter}`
      const code = letter.codePointAt(0) ?? 0
      if (code >= 0x80) return isPrintable(letter) ? letter : `\\u${hex(code)}`
      return code < 0x20 || '<>&='.includes(letter) ? `\\u${hex(code)}` : letter
    })
    .join('')
}

const hex = (code: number) => code.toString(16).toUpperCase().padStart(4, '0')

export const escapeQuery = (text: string) =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

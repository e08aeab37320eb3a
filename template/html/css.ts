/** Values in style sheets. */
import { failsafe } from './failsafe.ts'

/** Escapes such as `\26 ` read as the letters that they stand for. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([\da-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|([\s\S]?))/g,
    (_, hex: string | undefined, letter: string | undefined) => {
      if (hex === undefined) return letter ?? ''
      const code = Number.parseInt(hex, 16)
      return code > 0x10ffff
        ? `${String.fromCodePoint(code >> 4)}${hex.at(-1)}`
        : String.fromCodePoint(code)
    },
  )
}

const letters: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\t': '\\9',
  '\n': '\\a',
  '\f': '\\c',
  '\r': '\\d',
  '"': '\\22',
  '&': '\\26',
  "'": '\\27',
  '(': '\\28',
  ')': '\\29',
  '+': '\\2b',
  '/': '\\2f',
  ':': '\\3a',
  ';': '\\3b',
  '<': '\\3c',
  '>': '\\3e',
  '\\': '\\\\',
  '{': '\\7b',
  '}': '\\7d',
}

/** Inside quotes of a style sheet. A space ends an escape that the next letter would extend. */
export function escapeCssText(text: string): string {
  return text.replace(/[\0\t\n\f\r"&'()+/:;<>\\{}]/g, (letter, at: number) => {
    const escaped = letters[letter] ?? letter
    const next = text[at + 1]
    const needsEnd = next === undefined || /[\da-fA-F\t\n\f\r ]/.test(next)
    return escaped !== '\\\\' && needsEnd ? `${escaped} ` : escaped
  })
}

/** A value that is no more than a keyword, a number or a colour; anything else is not let in. */
export function filterCssValue(text: string): string {
  const value = decodeCss(text)
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(value)) return failsafe
  const word = value
    .replace(/[^\w\u0080-\uffff-]/g, '')
    .toLowerCase()
    .replaceAll('-', '')
  return /expression|mozbinding/.test(word) ? failsafe : value
}

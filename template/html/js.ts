/** Values in scripts. */
import { messageOf } from '#lib/errors'
import { toJson } from '../value/json.ts'
import type { Value } from '../value/value.ts'

/** A value as an expression: its JSON, or the script that it is trusted to be. */
export function escapeJsValue(value: Value): string {
  if (typeof value === 'object' && value?.kind === 'safe') {
    if (value.safe === 'JS') return value.text
    if (value.safe === 'JSStr') return `"${value.text}"`
  }
  const plain = typeof value === 'object' && value?.kind === 'duration' ? value.toString() : value
  let json: string
  try {
    json = toJson(plain)
  } catch (error) {
    return ` /* ${messageOf(error).replaceAll('*/', '* /')} */null `
  }
  const isWord = (letter: string | undefined) => letter !== undefined && /[\w$]/.test(letter)
  return isWord(json[0]) || isWord(json.at(-1)) ? ` ${json} ` : json
}

const named: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '/': '\\/',
  '\\': '\\\\',
}

const code = (letter: string) =>
  named[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A text inside quotes of a script; a trusted one keeps its own escapes. */
export function escapeJsText(text: string, { trusted }: { trusted: boolean }): string {
  const unsafe = trusted
    ? /[\0\t\n\v\f\r"`&'+/<>\u2028\u2029]/g
    : /[\0\t\n\v\f\r"`&'+/<>\\\u2028\u2029]/g
  return text.replace(unsafe, code)
}

/** A text inside a regular expression, where it stands for itself. */
export function escapeJsRegexp(text: string): string {
  const escaped = text.replace(
    /[\0\t\n\v\f\r"&'+<>\u2028\u2029]|[$()*\-./?[\\\]^{|}]/g,
    (letter) => (/[$()*\-./?[\\\]^{|}]/.test(letter) ? `\\${letter}` : code(letter)),
  )
  return escaped === '' ? '(?:)' : escaped
}

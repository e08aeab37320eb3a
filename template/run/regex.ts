/** RE2 in templates: what matches anywhere, and what it is replaced by. */
import { RE2JS } from 're2js'

const compiled = new Map<string, RE2JS>()
/** Patterns stand in templates, so there are few; a flood of made ones is not kept. */
const compiledMax = 500

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const regex = RE2JS.compile(pattern)
  if (compiled.size < compiledMax) compiled.set(pattern, regex)
  return regex
}

export const matches = (pattern: string, text: string) => compile(pattern).matcher(text).find()

/** `$1` and `${name}` in `replacement` are groups. Nothing is replaced right behind a match. */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const regex = compile(pattern)
  const matcher = regex.matcher(text)
  const names = regex.namedGroups()
  let out = ''
  let copied = 0
  let lastEnd = -1
  for (let at = 0; at <= text.length && matcher.find(at); ) {
    const [start, end] = [matcher.start(), matcher.end()]
    const isEmpty = start === end
    if (!isEmpty || start !== lastEnd) {
      const groupOf = (name: string) => {
        const index = /^\d+$/.test(name) ? Number(name) : names[name]
        if (index === undefined || index > matcher.groupCount()) return ''
        return matcher.group(index) ?? ''
      }
      out += text.slice(copied, start) + expanded(replacement, groupOf)
      copied = end
      lastEnd = end
    }
    at = isEmpty ? end + letterAt(text, end) : end
  }
  return out + text.slice(copied)
}

const letterAt = (text: string, at: number) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

function expanded(replacement: string, groupOf: (name: string) => string): string {
  return replacement.replace(
    /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (whole, bare: string | undefined, braced: string | undefined) => {
      const name = bare ?? braced
      return name === undefined ? whole.slice(1) : groupOf(name)
    },
  )
}

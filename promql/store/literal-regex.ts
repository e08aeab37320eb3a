/** Regexes that are only a list of texts, `a|b|c`, as dashboards make them of their variables. */
import type { Matcher } from '#lib/matcher'

const plain = /^(?:[\w:\-/ ,=@#%&~"'<>!;]|\\[.\-/+*?()[\]{}|^$\\])*$/

/** The values that such a matcher holds for; undefined: it is no such list. */
export function literalsOf({ operator, value }: Matcher): ReadonlySet<string> | undefined {
  if (operator === '=') return new Set([value])
  if (operator !== '=~') return undefined
  const parts = splitAtBars(value)
  if (!parts.every((part) => plain.test(part))) return undefined
  return new Set(parts.map((part) => part.replace(/\\(.)/g, '$1')))
}

/** At bars that no backslash stands before. */
function splitAtBars(source: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let i = 0; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '|') {
      parts.push(source.slice(start, i))
      start = i + 1
    }
  }
  parts.push(source.slice(start))
  return parts
}

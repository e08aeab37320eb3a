/** The form that most RAID tools print: headings, and below each lines of `name : value`. */

export interface Section {
  /** The line of the heading, trimmed; empty before the first. */
  readonly head: string
  /** What the heading's pattern found. */
  readonly found: readonly (string | undefined)[]
  readonly fields: Fields
}

export interface Fields {
  /** The first value of that name, trimmed; empty ones and those that say N/A count as absent. */
  text(name: string): string | undefined
  /** A number at the start of the value: `33C (91.40 F)` is 33. */
  number(name: string): number | undefined
}

export function sectionsOf(text: string, heads: readonly RegExp[]): readonly Section[] {
  const sections: (Section & { readonly values: Map<string, string> })[] = []
  const begin = (head: string, found: readonly (string | undefined)[]) => {
    const values = new Map<string, string>()
    sections.push({ head, found, values, fields: fieldsOf(values) })
    return values
  }
  let values = begin('', [])
  for (const row of text.split('\n')) {
    const line = row.trim()
    const found = heads.map((head) => head.exec(line)).find((match) => match !== null)
    if (found) values = begin(line, found)
    const [, name, value] = /^(.+?)\s*:\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined && !values.has(name.toLowerCase()))
      values.set(name.toLowerCase(), value)
  }
  return sections
}

function fieldsOf(values: ReadonlyMap<string, string>): Fields {
  const text = (name: string) => {
    const value = values.get(name.toLowerCase())
    return value === undefined || /^(n\/?a)?$/i.test(value) ? undefined : value
  }
  return {
    text,
    number(name) {
      const number = /^-?\d{1,12}(\.\d{1,6})?/.exec(text(name) ?? '')?.[0]
      return number === undefined ? undefined : Number(number)
    },
  }
}

/**
 * Prometheus's order of series in a family: fewer labels first, then by the labels' values, each
 * compared byte by byte. A key is a text that sorts so.
 */
import { unescapeValue } from '#lib/labels'

/** `line` holds one line as Latin-1 letters, so that letters compare as the bytes do. */
export function orderKey(line: string): string {
  const open = line.indexOf('{')
  const section = line.slice(open < 0 ? 0 : open + 1, line.lastIndexOf(' '))
  const values = section.includes('\\') ? escapedValues(section) : plainValues(section)
  // Names decide only where all values are alike; they stand behind them.
  const text = (section.includes('\0') ? values.map(markedNuls) : values).join('\0')
  return `${String.fromCharCode(values.length)}${text}\0${section}`
}

/** A NUL in a value comes after the end of one: no letter of UTF-8 is as large as what follows. */
const markedNuls = (value: string) => value.replaceAll('\0', '\0\xff')

/** Every other piece between quotes is a value, but for a quoted name, which no `=` precedes. */
function plainValues(section: string): string[] {
  const pieces = section.split('"')
  const values: string[] = []
  for (let i = 1; i < pieces.length; i += 2)
    if (pieces[i - 1]?.endsWith('=')) values.push(pieces[i] ?? '')
  return values
}

function escapedValues(section: string): string[] {
  return [...section.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map(([, value = '']) =>
    unescapeValue(value),
  )
}

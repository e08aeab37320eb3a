/** `--help`, in the shape that the Prometheus servers print it. */
import type { ConfigRow } from '#lib/config'

export interface HelpPage {
  readonly name: string
  readonly about: string
  readonly rows: readonly ConfigRow[]
}

const width = 80
const leftMax = 29

export function helpPage({ name, about, rows }: HelpPage): string {
  const entries: readonly (readonly [flag: string, help: string])[] = [
    ['-h, --help', 'Show this page.'],
    ...rows.map((row) => [`    ${flagOf(row)}`, row.help] as const),
    ['    --version', 'Show application version.'],
  ]
  const left = Math.min(leftMax, Math.max(...entries.map(([flag]) => flag.length)))
  const lines = entries.flatMap(([flag, help]) => {
    const [first = '', ...rest] = wrap(help, width - left - 4)
    const fits = flag.length <= left
    const below = (fits ? rest : [first, ...rest]).map((line) => ' '.repeat(left + 4) + line)
    return [fits ? `  ${flag.padEnd(left)}  ${first}` : `  ${flag}`, ...below]
  })
  return [`usage: ${name} [<flags>]`, '', about, '', 'Flags:', ...lines].join('\n')
}

function flagOf({ key, value, shown, repeats }: ConfigRow): string {
  if (typeof value === 'boolean') return `--[no-]${key}`
  const isBare = typeof value === 'number' || repeats || /^[a-z\d]+$/.test(shown)
  return `--${key}=${isBare ? shown : `"${shown}"`}${repeats ? ' ...' : ''}`
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

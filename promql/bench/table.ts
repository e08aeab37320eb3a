/** Figures of several programs side by side, with the ratio of the first to the second. */

export interface Table {
  row(name: string, figures: readonly number[], goal?: string): void
  text(): string
}

export function createTable(names: readonly string[]): Table {
  const rows: (readonly [name: string, figures: readonly number[], goal: string])[] = []
  return {
    row: (name, figures, goal = '') => void rows.push([name, figures, goal]),
    text() {
      const width = Math.max(...rows.map(([name]) => name.length)) + 1
      const columns = names.map((name) => name.padStart(10))
      const head = `${''.padEnd(width)}${columns.join('')}   ratio  goal`
      const lines = rows.map(([name, figures, goal]) => {
        const [ours = Number.NaN, theirs = Number.NaN] = figures
        const shownFigures = figures.map((figure) => shown(figure).padStart(10)).join('')
        const ratio = shown(ours / theirs).padStart(8)
        return `${name.padEnd(width)}${shownFigures}${ratio}  ${goal}`.trimEnd()
      })
      return [head, ...lines].join('\n')
    },
  }
}

export function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

function shown(figure: number): string {
  if (!Number.isFinite(figure)) return '-'
  return figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0)
}

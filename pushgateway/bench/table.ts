/** The rows of the table: what is measured, in which unit, and what ours must reach. */

export type Side = 'ours' | 'unchecked' | 'checked'

/** By the name of the row. A step that took too long leaves its row out. */
export type Figures = Map<string, number>

export interface Row {
  readonly name: string
  readonly unit: string
  readonly goal?: string
  /** Whether a larger figure is the better one. */
  readonly isRate?: true
}

export const costRow = (groups: number): Row => ({
  name: `CPU a push of 20 samples, ${groups} groups stored`,
  unit: 'ms',
  goal: '≤ 0.15',
})

export const smallRate = 'pushes of 20 samples, 1000 groups, 32 connections'
export const protobufCost = 'CPU a push of 20 samples in protobuf, 1000 groups'
export const largeRate = 'pushes of 2000 samples, 100 groups'
export const largeCost = 'CPU a push of 2000 samples'

export const rates: readonly Row[] = [
  { name: smallRate, unit: '/s', goal: '≥ 4000', isRate: true },
  { name: protobufCost, unit: 'ms', goal: '≤ 0.15' },
  { name: largeRate, unit: '/s', goal: '≥ 90', isRate: true },
  { name: largeCost, unit: 'ms' },
]

const codings = ['plain', 'gzip', 'protobuf'] as const
export type Coding = (typeof codings)[number]

export const scrapeRow = (coding: Coding, when: string): Row => ({
  name: `scrape ${coding}, ${when}, CPU`,
  unit: 's',
  ...(coding === 'plain' ? { goal: '≤ 0.3' } : coding === 'gzip' ? { goal: '≤ 0.5' } : {}),
})

export const scrapeTimes = ['the first', 'again', 'after 1000 pushes'] as const

export const scrapes: readonly Row[] = codings.flatMap((coding) => [
  ...scrapeTimes.map((when) => scrapeRow(coding, when)),
  { name: `scrape ${coding}, size`, unit: 'MB' },
])

export const latencyRow = (when: string, what: string): Row => ({
  name: `push ${what}, ${when}`,
  unit: 'ms',
  ...(what === 'p99' && when !== 'no scraper' ? { goal: '≤ 25' } : {}),
})

export const scrapers = ['no scraper', 'a fast scraper', 'a slow scraper'] as const

export const latencies: readonly Row[] = scrapers.flatMap((when) =>
  ['p50', 'p99', 'longest'].map((what) => latencyRow(when, what)),
)

export const lossRow = 'acknowledged pushes lost by kill -9, of 500'
export const orderRow = 'series out of order in a scrape'
export const secondLossRow = 'the same, persisted every second'

export const others: readonly Row[] = [
  { name: orderRow, unit: '', goal: '0' },
  { name: 'resident after the scrapes', unit: 'MiB', goal: '≤ 512' },
  { name: lossRow, unit: '', goal: '0' },
  { name: secondLossRow, unit: '' },
  { name: 'start with all that stored', unit: 's', goal: '≤ 5' },
  { name: 'groups lost by that restart', unit: '', goal: '0' },
  { name: 'web page / with 100000 series, time', unit: 's', goal: '≤ 1' },
  { name: 'web page / with 100000 series, size', unit: 'MB' },
]

const nameWidth = 54
const widths = { ours: 12, theirs: 22 }

export const heading = [
  'figure'.padEnd(nameWidth),
  'goal'.padStart(8),
  'ours'.padStart(widths.ours),
  'unchecked (times)'.padStart(widths.theirs),
  'checked (times)'.padStart(widths.theirs),
].join('')

/** Undefined where no side has the figure. `times`: how much better ours is. */
export function lineOf(row: Row, sides: Readonly<Record<Side, Figures>>): string | undefined {
  const own = sides.ours.get(row.name)
  const theirs = [sides.unchecked.get(row.name), sides.checked.get(row.name)]
  if (own === undefined && theirs.every((value) => value === undefined)) return undefined
  const cells = theirs.map((value) => {
    const times = own === undefined || value === undefined ? undefined : ratio(row, own, value)
    const shown = value === undefined ? '-' : `${format(value)}${times ? ` (${times})` : ''}`
    return shown.padStart(widths.theirs)
  })
  const title = `${row.name}${row.unit && `, ${row.unit}`}`
  const given = own === undefined ? '-' : format(own)
  const goal = (row.goal ?? '').padStart(8)
  return `${title.padEnd(nameWidth)}${goal}${given.padStart(widths.ours)}${cells.join('')}`
}

function ratio({ isRate }: Row, own: number, other: number): string | undefined {
  const times = isRate ? own / other : other / own
  return Number.isFinite(times)
    ? `${times >= 10 ? times.toFixed(0) : times.toPrecision(2)}×`
    : undefined
}

function format(value: number): string {
  if (value >= 100 || value === 0) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3)
}

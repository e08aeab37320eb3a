/** What is measured, in which unit, what ours must reach, and how that is printed. */
import type { Cpu, SideName } from './sides.ts'

export interface Measured {
  readonly value: number
  /** Where the value stops short of what it stands for: the row ran out of time. */
  readonly isMore?: boolean
  /** Of all server processes. */
  readonly cpu?: { readonly spent: Cpu; readonly operations: number }
}

/** By the name of the figure. */
export type Figures = ReadonlyMap<string, Measured>

export interface Figure {
  readonly name: string
  readonly unit: string
  readonly moreIsBetter?: true
  readonly goal?: Goal
}

export interface Goal {
  readonly text: string
  /** The limit; undefined: there is nothing to compare with. */
  readonly limit: (real: number | undefined) => number | undefined
  /** A rate need only be half as good where the queues are on PostgreSQL. */
  readonly isHalvedOnPostgres: boolean
}

export const atMost = (most: number): Goal => ({
  text: `≤ ${most}`,
  limit: () => most,
  isHalvedOnPostgres: false,
})

export const none: Goal = { ...atMost(0), text: '0' }

export const all = (count: number): Goal => ({
  text: String(count),
  limit: () => count,
  isHalvedOnPostgres: false,
})

/** As many times the original's figure as measured beside it: at least or at most. */
export const times = (sign: '≥' | '≤', factor: number): Goal => ({
  text: `${sign} ${factor}×`,
  limit: (real) => (real === undefined ? undefined : real * factor),
  isHalvedOnPostgres: true,
})

export const halvedOnPostgres = (goal: Goal): Goal => ({ ...goal, isHalvedOnPostgres: true })

const nameWidth = 50
const sideWidth = 22

export const heading = [
  'figure'.padEnd(nameWidth),
  'goal'.padStart(8),
  'real'.padStart(11),
  'on Redis'.padStart(sideWidth),
  'on PostgreSQL'.padStart(sideWidth),
  '  CPU of each: real · on Redis · on PostgreSQL',
].join('')

export function lineOf(figure: Figure, sides: ReadonlyMap<SideName, Figures>): string | undefined {
  const find = (side: SideName) => sides.get(side)?.get(figure.name)
  const [real, redis, postgres] = [find('real'), find('redis'), find('postgres')]
  const found = [real, redis, postgres].filter((measured) => measured !== undefined)
  if (found.length === 0) return undefined
  const cpu = [real, redis, postgres].map(cpuText).join(' · ')
  return [
    `${figure.name}${figure.unit && `, ${figure.unit}`}`.padEnd(nameWidth),
    (figure.goal?.text ?? '').padStart(8),
    valueText(real).padStart(11),
    cellOf(figure, 'redis', { own: redis, real }).padStart(sideWidth),
    cellOf(figure, 'postgres', { own: postgres, real }).padStart(sideWidth),
    found.some((measured) => measured.cpu !== undefined) ? `  ${cpu}` : '',
  ].join('')
}

interface Pair {
  readonly own: Measured | undefined
  readonly real: Measured | undefined
}

/** The value, how much better than the original's it is, and whether the goal is met. */
function cellOf(figure: Figure, side: SideName, { own, real }: Pair): string {
  if (own === undefined) return '-'
  const ratio = figure.moreIsBetter
    ? own.value / (real?.value ?? 0)
    : (real?.value ?? 0) / own.value
  const isComparable = figure.goal !== undefined && Number.isFinite(ratio) && ratio > 0
  const better = isComparable ? ` (${short(ratio)}×)` : ''
  const met = isMet(figure, side, { own, real })
  return `${valueText(own)}${better}${met === undefined ? '    ' : met ? ' met' : ' NOT'}`
}

function isMet(
  { goal, moreIsBetter }: Figure,
  side: SideName,
  { own, real }: Pair,
): boolean | undefined {
  const limit = goal?.limit(real?.value)
  if (goal === undefined || limit === undefined || own === undefined) return undefined
  const slack = side === 'postgres' && goal.isHalvedOnPostgres ? 2 : 1
  return moreIsBetter ? own.value >= limit / slack : own.value <= limit * slack && !own.isMore
}

/** Program + PostgreSQL + Redis. */
function cpuText(measured: Measured | undefined): string {
  if (measured?.cpu === undefined) return '-'
  const { spent, operations } = measured.cpu
  const each = [spent.program, spent.postgres, spent.redis].map((ms) => ms / operations)
  return each
    .filter((ms, i) => i === 0 || ms > 0)
    .map(timeText)
    .join('+')
}

function timeText(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(0)}µs`
  return ms < 1000 ? `${ms.toPrecision(3)}ms` : `${(ms / 1000).toFixed(2)}s`
}

const valueText = (measured: Measured | undefined) =>
  measured === undefined ? '-' : `${measured.isMore ? '> ' : ''}${short(measured.value)}`

function short(value: number): string {
  if (value >= 100 || value === 0) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** Of each figure the middle of its rounds, by value. */
export function medianOf(rounds: readonly Figures[]): Figures {
  const names = new Set(rounds.flatMap((figures) => [...figures.keys()]))
  const middles = [...names].map((name): [string, Measured][] => {
    const measured = rounds.flatMap((figures) => figures.get(name) ?? [])
    measured.sort((a, b) => a.value - b.value)
    const middle = measured[Math.floor((measured.length - 1) / 2)]
    return middle === undefined ? [] : [[name, middle]]
  })
  return new Map(middles.flat())
}

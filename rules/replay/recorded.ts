/** The lives of alerts as they were recorded: from the series `ALERTS` that rules leave behind. */
import { type Labels, labelsKey } from '#lib/labels'
import { countOf, type Grid, indexAt, timeAt } from './grid.ts'
import type { Life } from './lives.ts'
import type { Part } from './world.ts'

export interface RecordKeeper {
  /** Parts in the order of time. */
  take(part: Part): void
  end(): readonly Life[]
}

export const recordOf = (names: readonly string[]) => {
  const texts = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return `ALERTS{alertname=~${JSON.stringify([...new Set(texts)].join('|'))}}`
}

/** Where nothing was recorded because nothing ran, alerts stay as they were. */
export function createRecord(isCovered: (atMs: number) => boolean): RecordKeeper {
  const open = new Map<string, Life>()
  const lives: Life[] = []
  let isFirst = true
  const end = (key: string, endedMs: number) => {
    const life = open.get(key)
    if (life !== undefined) lives.push({ ...life, endedMs })
    open.delete(key)
  }
  const look = (key: string, labels: Labels, seen: Seen) => {
    const { atMs, state } = seen
    if (state === undefined) return end(key, atMs)
    const life = open.get(key)
    // Pending again without an end between: its rule was loaded anew.
    if (life?.firedMs !== undefined && state === 'pending') end(key, atMs)
    const begun = open.get(key) ?? {
      ...{ labels, element: labels, beganMs: atMs, isOlder: seen.isFirst },
    }
    const fires = state === 'firing' && begun.firedMs === undefined
    open.set(key, fires ? { ...begun, firedMs: atMs } : begun)
  }
  const lookAll = ([key, { labels, byIndex }]: [string, States], steps: Steps) => {
    for (const { index, atMs } of steps) {
      const state = byIndex.get(index)
      if (state === undefined && !open.has(key)) continue
      look(key, labels, { atMs, state, isFirst: isFirst && index === steps[0]?.index })
    }
  }
  return {
    take(part) {
      if ('reason' in part) return
      const states = statesOf(part)
      for (const key of open.keys())
        if (!states.has(key)) states.set(key, { labels: {}, byIndex: new Map() })
      const steps = stepsOf(part.grid).filter(({ atMs }) => isCovered(atMs))
      for (const one of states) lookAll(one, steps)
      isFirst &&= steps.length === 0
    },
    end: () => [...lives, ...open.values()],
  }
}

type Steps = ReturnType<typeof stepsOf>

const stepsOf = (grid: Grid) =>
  Array.from({ length: countOf(grid) }, (_, index) => ({ index, atMs: timeAt(grid, index) }))

type State = 'pending' | 'firing'

interface Seen {
  readonly atMs: number
  /** Absent: it is not there. */
  readonly state: State | undefined
  readonly isFirst: boolean
}

interface States {
  readonly labels: Labels
  readonly byIndex: Map<number, State>
}

function statesOf({ grid, curves }: Extract<Part, { curves: unknown }>): Map<string, States> {
  const states = new Map<string, States>()
  for (const { labels: all, points } of curves) {
    const { __name__: _, alertstate, ...labels } = all
    const key = labelsKey(labels)
    const known = states.get(key) ?? { labels, byIndex: new Map<number, State>() }
    states.set(key, known)
    const state = alertstate === 'firing' ? 'firing' : 'pending'
    for (const [atMs] of points) {
      const index = indexAt(grid, atMs)
      // For a moment both may be there: who fires was pending.
      if (known.byIndex.get(index) !== 'firing') known.byIndex.set(index, state)
    }
  }
  return states
}

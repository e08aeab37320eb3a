/** Every panel answers, on what the real collectors, engine and server say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Expression, type Promql, parse, typeOf } from '#promql'
import type { Moment } from '#test/dashboards/moment'
import {
  type Asked,
  asked,
  type Dashboard,
  dashboards,
  filled,
  nothingHappened,
  variablesOf,
} from '#test/dashboards/panels'
import { livedMoments } from '#test/dashboards/samples'
import { storeOf } from '#test/dashboards/store'
import { hasPrometheus, openPrometheus, type PrometheusServer } from '#test/prometheus'
import { promtool } from '#test/promtool'
import { files, isForTests, sourceOf } from '#test/source-tree'

const all: readonly Asked[] = dashboards.flatMap(asked)
const isPeerAtHand = hasPrometheus()
const besidePeer = isPeerAtHand ? test : test.skip

let promql: Promql
let moments: readonly Moment[] = []
let endMs = 0
let prometheus: PrometheusServer | undefined

beforeAll(async () => {
  moments = await livedMoments()
  endMs = moments.at(-1)?.atMs ?? 0
  promql = storeOf(moments)
  if (isPeerAtHand) prometheus = await openPrometheus(openMetrics())
}, 900_000) // A month, collected sample by sample.
afterAll(async () => {
  await promql.close()
  await prometheus?.close()
})

function openMetrics(): string {
  const lines = moments.flatMap(({ atMs, samples }) =>
    samples.map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(
        ([label, text]) => `${label}=${JSON.stringify(text)}`,
      )
      const number = Number.isFinite(value) ? value : `${value}`.replace('Infinity', 'Inf')
      return `${name}{${pairs.join(',')}} ${number} ${atMs / 1000}`
    }),
  )
  return `${lines.join('\n')}\n# EOF\n`
}

/** What `label_values(selector, label)` lists. */
function valuesOf(query: string, chosen: ReadonlyMap<string, string>): readonly string[] {
  const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? []
  const value = promql.evaluate(filled(selector, chosen), endMs)
  const elements = value.type === 'vector' ? value.elements : []
  return [...new Set(elements.map(({ labels }) => labels[label] ?? ''))].filter(Boolean).sort()
}

const withAll = (dashboard: Dashboard) =>
  new Map(variablesOf(dashboard).map(({ name, allValue = '.+' }) => [name, allValue]))

function withFirst(dashboard: Dashboard): ReadonlyMap<string, string> {
  const chosen = new Map(withAll(dashboard))
  for (const { name, query } of variablesOf(dashboard))
    chosen.set(name, valuesOf(query, chosen)[0] ?? '')
  return chosen
}

function numbersOf(expr: string): readonly number[] {
  const value = promql.evaluate(expr, endMs)
  const numbers = value.type === 'vector' ? value.elements.map((one) => one.value) : []
  return numbers.filter((number) => !Number.isNaN(number))
}

/** Where a panel that must answer has nothing to say. */
function silent(dashboard: Dashboard, values: ReadonlyMap<string, string>): readonly string[] {
  return asked(dashboard)
    .filter(({ empty }) => empty === undefined)
    .filter(({ expr }) => numbersOf(filled(expr, values)).length === 0)
    .map(({ where }) => where)
}

function metricsIn(tree: Expression): readonly string[] {
  const found: string[] = []
  JSON.stringify(tree, (_, node) => {
    if (node?.kind === 'selector' && node.name !== undefined) found.push(node.name)
    return node
  })
  return found
}

test('there is something to ask', () => {
  expect(dashboards.length).toBeGreaterThanOrEqual(14)
  expect(all.length).toBeGreaterThan(300)
  expect(moments.flatMap(({ samples }) => samples).length).toBeGreaterThan(50_000)
})

test('every expression is one that we can evaluate, to a vector', () => {
  for (const { where, expr } of all) {
    const type = typeOf(parse(filled(expr, new Map())))
    expect({ where, type }).toEqual({ where, type: 'vector' })
  }
})

test('a panel names only metrics that collectors, engine and server have', () => {
  const seen = new Set(moments.flatMap(({ samples }) => samples.map(({ name }) => name)))
  const source = files
    .filter((file) => !isForTests(file))
    .map(sourceOf)
    .join('\n')
  const unknown = all.flatMap(({ where, expr }) =>
    metricsIn(parse(filled(expr, new Map())))
      .filter((name) => !seen.has(name) && !isWritten(name, source))
      .map((name) => `${where}: ${name}`),
  )
  expect(unknown).toEqual([])
})

/**
 * Of what the invented nodes do not have, such as units of systemd and disks that were lost; what
 * it writes to others, only a Prometheus says of itself.
 */
const isWritten = (name: string, source: string) =>
  name.startsWith('prometheus_remote_storage_') ||
  source.includes(`'${name}'`) ||
  source.includes(`'${name.replace(/^node_/, '')}'`)

describe.each(dashboards)('$uid', (dashboard) => {
  test('answers with All', () => {
    expect(silent(dashboard, withAll(dashboard))).toEqual([])
  })

  test('answers with one value of each variable', () => {
    expect(silent(dashboard, withFirst(dashboard))).toEqual([])
  })
})

test('a row of a table holds together: each of its columns has the labels of the plan alone', () => {
  const faults = dashboards.flatMap((dashboard) =>
    asked(dashboard).flatMap(({ where, expr, titled }) => {
      if (titled === undefined) return []
      const value = promql.evaluate(filled(expr, withAll(dashboard)), endMs)
      const elements = value.type === 'vector' ? value.elements : []
      const labels = new Set(elements.flatMap((one) => Object.keys(one.labels)))
      const extra = [...labels].filter((label) => label !== 'cluster' && !titled.has(label))
      return extra.length === 0 ? [] : [`${where}: ${extra.join(', ')}`]
    }),
  )
  expect(faults).toEqual([])
})

test('what may be empty is known', () => {
  const found = dashboards.flatMap((dashboard) =>
    asked(dashboard)
      .filter(({ empty }) => empty !== nothingHappened)
      .filter(({ expr }) => numbersOf(filled(expr, withAll(dashboard))).length === 0)
      .map(({ where, empty }) => `${where}: ${empty}`),
  )
  console.info(`${all.length} expressions, of which empty here:\n${found.join('\n')}`)
  expect(found.length).toBeLessThan(all.length / 20)
})

besidePeer('Prometheus takes every expression as a rule', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zstone-panels-'))
  const path = join(folder, 'panels.rules.yml')
  const rules = all.map(({ expr }, i) => ({
    record: `panel:${i}`,
    expr: filled(expr, new Map()),
  }))
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] })) // YAML holds JSON.
  const said = await promtool('check', 'rules', path).finally(() =>
    rmSync(folder, { recursive: true }),
  )
  expect(said).toContain(`${all.length} rules found`)
})

besidePeer('Prometheus answers every panel as we do', async () => {
  const differing: string[] = []
  for (const dashboard of dashboards)
    for (const { where, expr } of asked(dashboard)) {
      const query = filled(expr, withAll(dashboard))
      if (/topk|bottomk/.test(query)) continue // Which of equals it takes is not promised.
      const [theirs, ours] = [await theirsOf(query), oursOf(query)]
      if (!areAlike(theirs, ours)) differing.push(`${where}: ${query}`)
    }
  expect(differing).toEqual([])
})

/** By its labels. */
type Answer = ReadonlyMap<string, number>

const answerOf = (elements: readonly (readonly [Record<string, string>, number])[]): Answer =>
  new Map(elements.map(([labels, value]) => [JSON.stringify(Object.entries(labels).sort()), value]))

/** But for the last digits, which the order of summands decides: also where they cancel out. */
function areAlike(some: Answer, others: Answer): boolean {
  const isNear = (a: number, b: number) =>
    Number.isFinite(a) && Number.isFinite(b)
      ? Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3)
      : Object.is(a, b)
  const hasAlike = ([key, value]: readonly [string, number]) => {
    const other = others.get(key)
    return other !== undefined && isNear(value, other)
  }
  return some.size === others.size && [...some].every(hasAlike)
}

function oursOf(query: string): Answer {
  const value = promql.evaluate(query, endMs)
  const elements = value.type === 'vector' ? value.elements : []
  return answerOf(elements.map(({ labels, value }) => [{ ...labels }, value]))
}

async function theirsOf(query: string): Promise<Answer> {
  const parameters = new URLSearchParams({ query, time: String(endMs / 1000) })
  const response = await fetch(`${prometheus?.url}/api/v1/query?${parameters}`)
  const { data, error } = (await response.json()) as {
    error?: string
    data?: { result: { metric: Record<string, string>; value: [number, string] }[] } // Its promise.
  }
  if (data === undefined) throw new Error(`${query}: ${error}`)
  return answerOf(
    data.result.map(({ metric, value }) => [metric, Number(value[1].replace('Inf', 'Infinity'))]),
  )
}

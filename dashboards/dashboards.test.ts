/** What holds for every dashboard, whatever it shows. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { dashboardFiles } from './index.ts'
import { limits } from './limits.ts'
import { burns } from './slo.ts'

interface Link {
  readonly url?: string
  readonly placement?: string
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title?: string
  readonly description?: string
  readonly collapsed?: boolean
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly links?: readonly Link[]
  readonly panels?: readonly Panel[]
  readonly options?: { readonly reduceOptions?: { readonly calcs: readonly string[] } }
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string
      readonly noValue?: string
      readonly min?: number
      readonly max?: number
      readonly custom?: { readonly axisSoftMax?: number }
      readonly links?: readonly Link[]
    }
    readonly overrides: readonly {
      readonly properties: readonly { readonly id: string; readonly value: unknown }[]
    }[]
  }
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[]
}

interface Dashboard {
  readonly id?: number
  readonly uid: string
  readonly schemaVersion: number
  readonly editable: boolean
  readonly tags: readonly string[]
  readonly description: string
  readonly links: readonly Link[]
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly placement?: string }[]
  }
  readonly templating: {
    readonly list: readonly {
      readonly name: string
      readonly type: string
      readonly multi: boolean
      readonly includeAll: boolean
      readonly allValue?: string
      readonly refresh?: number
      readonly sort?: number
      readonly query: string
    }[]
  }
  readonly panels: readonly Panel[]
}

const dashboards: readonly Dashboard[] = dashboardFiles().map(({ content }) => JSON.parse(content))
const inside = (panels: readonly Panel[]): readonly Panel[] =>
  panels.flatMap((panel) => [panel, ...inside(panel.panels ?? [])])
const panelsOf = (dashboard: Dashboard) => inside(dashboard.panels).filter(isNoRow)
const isNoRow = ({ type }: Panel) => type !== 'row'
const texts = (panels: readonly Panel[]) =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
const everyPanel = dashboards.flatMap((dashboard) =>
  panelsOf(dashboard).map((panel) => ({ ...panel, name: `${dashboard.uid}: ${panel.title}` })),
)

/** A dashboard of one object begins with the first of its choices, not with all. */
const isOfOne = ({ uid }: Dashboard, variable: string) =>
  (uid === 'stor-host' && variable === 'host') ||
  (uid === 'stor-disk' && (variable === 'host' || variable === 'disk'))

/** Shows the names of those that are at fault. */
const none = (at: readonly { readonly name: string }[]) =>
  expect(at.map(({ name }) => name)).toEqual([])

test('what is committed is what the source gives', () => {
  for (const { name, content } of dashboardFiles())
    expect(readFileSync(new URL(`generated/${name}`, import.meta.url), 'utf8')).toBe(content)
})

test('every uid and every title stands once', () => {
  for (const key of ['uid', 'title'] as const) {
    const all = dashboardFiles().map(({ content }) => JSON.parse(content)[key])
    expect(new Set(all).size).toBe(all.length)
  }
})

describe.each(dashboards)('$uid', (dashboard) => {
  const all = inside(dashboard.panels)

  test('is a classic dashboard that provisioning takes and nobody edits by accident', () => {
    expect(dashboard).toMatchObject({ schemaVersion: 42, editable: false, tags: ['storage'] })
    expect(dashboard.uid).toMatch(/^stor-[a-z]+$/)
    expect(dashboard).not.toHaveProperty('id')
    expect(dashboard.description).not.toBe('')
  })

  test('numbers its panels once, from 1', () => {
    const ids = all.map(({ id }) => id)
    expect(Math.min(...ids)).toBe(1)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('opens with its highlights, and loads at most 30 panels then', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row')
    expect(rows[0]).toMatchObject({ title: 'Highlights', collapsed: false })
    expect(rows.slice(1).every(({ collapsed }) => collapsed === true)).toBe(true)
    expect(dashboard.panels.filter(isNoRow).length).toBeLessThanOrEqual(30)
  })

  test('is 24 columns wide, and no panel covers another', () => {
    for (const level of [dashboard.panels, ...dashboard.panels.map(({ panels = [] }) => panels)]) {
      for (const { gridPos } of level) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (const [i, { gridPos: a }] of level.entries())
        for (const { gridPos: b } of level.slice(i + 1))
          expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(
            true,
          )
    }
  })

  test('marks on every graph what happened', () => {
    expect(dashboard.annotations.list.map(({ name }) => name)).toEqual([
      'Firing alerts',
      'Silences',
      'Jobs',
      'Changes',
    ])
  })

  test('hides no link in a menu, and leads to the others', () => {
    expect(JSON.stringify(dashboard)).not.toContain('inControlsMenu')
    expect(dashboard.links).toHaveLength(1)
    expect(dashboard.links[0]).toMatchObject({
      tags: ['storage'],
      includeVars: true,
      keepTime: true,
    })
  })

  test('has each variable in its place, sorted and with All, and uses it', () => {
    const list = dashboard.templating.list
    const order = ['datasource', 'cluster', 'host', 'disk', 'pool', 'topk']
    const names = list.map(({ name }) => name)
    expect(names).toEqual(order.filter((name) => names.includes(name)))
    expect(names.slice(0, 2)).toEqual(['datasource', 'cluster'])
    const used = [...texts(all), ...list.map(({ query }) => query), '$datasource'].join('\n')
    expect(names.filter((name) => !used.includes(`$${name}`))).toEqual([])
    for (const one of list.filter(({ type }) => type === 'query')) {
      const allValue = one.name === 'cluster' ? '.*' : '.+'
      const all = isOfOne(dashboard, one.name)
        ? { includeAll: false }
        : { includeAll: true, allValue }
      expect(one).toMatchObject({ multi: true, refresh: 2, sort: 7, ...all })
    }
    // $1 is a group of label_replace.
    const known = new Set([...names, '__rate_interval', '__range', '1'])
    const asked = texts(all).flatMap((expr) => [...expr.matchAll(/\$\{?(\w+)/g)])
    expect(asked.filter(([, name]) => !known.has(name ?? ''))).toEqual([])
  })
})

test('every panel says what it shows, in which unit, and what it shows when there is nothing', () => {
  none(everyPanel.filter(({ title = '' }) => title === ''))
  none(everyPanel.filter(({ description = '' }) => !/^[A-Z].{15,}\.$/.test(description)))
  none(everyPanel.filter(({ fieldConfig }) => !fieldConfig?.defaults.unit))
  none(everyPanel.filter(({ fieldConfig }) => !fieldConfig?.defaults.noValue))
})

test('every panel leads somewhere', () => {
  const linksOf = ({ links = [], fieldConfig }: Panel) => [
    ...links,
    ...(fieldConfig?.defaults.links ?? []),
  ]
  none(everyPanel.filter((panel) => linksOf(panel).length === 0))
  const uids = new Set(dashboards.map(({ uid }) => uid))
  const urls = everyPanel.flatMap((panel) => linksOf(panel).map(({ url = '' }) => url))
  const boards = urls.flatMap((url) => /^\/d\/([\w-]+)/.exec(url)?.[1] ?? [])
  expect(boards.filter((uid) => !uids.has(uid))).toEqual([])
})

test('every runbook that a panel leads to exists', () => {
  const pages = JSON.stringify(dashboards).matchAll(/docs\/runbooks\/\w+\.md/g)
  for (const page of new Set([...pages].map(([path]) => path)))
    expect(readFileSync(new URL(`../${page}`, import.meta.url), 'utf8')).not.toBe('')
})

test('a percentage has ends, or one that a larger value may pass', () => {
  const isPercent = (unit: unknown) => unit === 'percent' || unit === 'percentunit'
  none(
    everyPanel.filter(({ fieldConfig }) => {
      const { unit, min, max, custom } = fieldConfig?.defaults ?? {}
      const end = max ?? custom?.axisSoftMax
      return isPercent(unit) && (min === undefined || end === undefined)
    }),
  )
  none(
    everyPanel.filter(({ fieldConfig }) =>
      fieldConfig?.overrides.some(({ properties }) => {
        const ids = properties.map(({ id }) => id)
        const unit = properties.find(({ id }) => id === 'unit')?.value
        return isPercent(unit) && !(ids.includes('min') && ids.includes('max'))
      }),
    ),
  )
})

test('what reduces says how', () => {
  const reduced = everyPanel.filter(({ type }) => type === 'stat' || type === 'bargauge')
  none(reduced.filter(({ options }) => !options?.reduceOptions?.calcs.length))
})

test('a counter grows: it stands inside a rate, with the interval that Grafana knows', () => {
  const counter = /\b\w+_(?:total|bucket)\b(\{[^}]*\})?(\[[^\]]*\])?/g
  // Counts of a lifetime, which are shown as such, and a gauge that Ceph calls total.
  const lifetime =
    /^(ceph_pg_total|node_edac_correctable_errors_total|zstone_(raid_member_err|master_workflow))/
  const bare = texts(everyPanel).flatMap((expr) =>
    [...withoutBirths(expr).matchAll(counter)].filter(
      ([found, , range]) => range === undefined && !lifetime.test(found),
    ),
  )
  expect(bare.map(([found]) => found)).toEqual([])
  const rates = texts(everyPanel).flatMap((expr) => [
    ...expr.matchAll(/rate\(\w+\{[^}]*\}\[([^\]]+)\]/g),
  ])
  const others = rates.filter(([, range]) => range !== '$__rate_interval')
  expect(others.map(([found]) => found)).toEqual([])
})

/** Neither a count of series nor the first value of a counter is a counter that is shown bare. */
function withoutBirths(expr: string): string {
  const counts = /count by \([^)]*\) \(\w+\{[^}]*\}\)/g
  return expr.replace(counts, '').replace(/\((\w+\{[^}]*\}) unless \1 offset [\w$]+\)/g, '')
}

test('an average of a latency never stands alone', () => {
  const isAverage = (expr: string) => /_(?:time|latency)?_?seconds_(?:total|sum)\{.* \/ /.test(expr)
  none(
    everyPanel
      .filter((panel) =>
        texts([panel]).some((expr) => isAverage(expr) && expr.includes('completed')),
      )
      .filter((panel) => !texts([panel]).some((expr) => expr.includes('quantile'))),
  )
})

test('a series or a row leads to its object with the labels that it has', () => {
  for (const panel of everyPanel)
    for (const { url = '' } of panel.fieldConfig?.defaults.links ?? [])
      for (const [, label = ''] of url.matchAll(/__field\.labels\.(\w+)/g))
        expect({
          panel: panel.name,
          has: texts([panel]).some((expr) => hasLabel(expr, label)),
        }).toEqual({
          panel: panel.name,
          has: true,
        })
})

/** An aggregation keeps what it names; without one all labels stay. */
function hasLabel(expr: string, label: string): boolean {
  const groups = [...expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, names = '']) => names)
  return groups.length === 0 || groups.some((names) => names.split(/, ?/).includes(label))
}

test('a limit is that of the rule which it names', () => {
  const rules = globSync(new URL('../rules/*.rules.yml', import.meta.url).pathname)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  for (const { alert, ...bounds } of Object.values(limits)) {
    const of = rules.split(/^ {6}- alert: /m).filter((rule) => rule.startsWith(`${alert}\n`))
    const compared = [...of.join('\n').matchAll(/(?:[<>]=?|==|%) (\d+(?:\.\d+)?)/g)].map(([, n]) =>
      Number(n),
    )
    // Whatever is not 0 is at least 1.
    const asWhole = compared.map((n) => (n === 0 ? 1 : n))
    for (const bound of Object.values(bounds))
      expect({ alert, bound, isOfRule: asWhole.includes(bound) }).toEqual({
        alert,
        bound,
        isOfRule: true,
      })
  }
})

test('a limit is red only where its alert is critical', () => {
  const rules = globSync(new URL('../rules/*.rules.yml', import.meta.url).pathname)
    .flatMap((path) => readFileSync(path, 'utf8').split(/^ {6}- alert: /m))
    .map((rule) => ({ name: rule.split('\n')[0], isCritical: rule.includes('severity: critical') }))
  const critical = new Set(rules.filter(({ isCritical }) => isCritical).map(({ name }) => name))
  const isRed = (limit: object) => 'badFrom' in limit || 'badBelow' in limit
  const red = Object.values(limits).filter(isRed)
  // Of rotating disks and of SSDs: two limits, of which the second is the one to hurry for.
  const others = red.filter(({ alert }) => alert !== 'DiskHot' && !critical.has(alert))
  expect(others).toEqual([])
})

test('a service level burns as its rule says', () => {
  const rules = readFileSync(new URL('../rules/slo.rules.yml', import.meta.url), 'utf8')
  for (const { long, short, pace } of Object.values(burns))
    for (const window of [long, short]) {
      const bound = pace === 1 ? 'slo:budget:ratio' : `(${pace} * slo:budget:ratio)`
      const compared = `slo:operations_bad:ratio_${window} > on (slo) group_left () ${bound}`
      expect({ compared, isOfRule: rules.includes(compared) }).toEqual({ compared, isOfRule: true })
    }
})

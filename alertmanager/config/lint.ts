/** What is valid and certainly odd in a configuration: where, what, and what to do about it. */
import { routesById } from '../arrival/routing.ts'
import type { InhibitRule } from '../flush/inhibition.ts'
import type { AlertConfig } from './config.ts'
import type { Finding, Found } from './finding.ts'
import { factsOf } from './implication.ts'
import { lintRoutes } from './lint-routes.ts'
import type { Where } from './reader.ts'

const retentionMsDefault = 120 * 3_600_000

/** In the order of the file. */
export function lintConfig(
  config: AlertConfig,
  retentionMs = retentionMsDefault,
): readonly Finding[] {
  const found: readonly Found[] = [
    ...lintRoutes(config.root, { receivers: config.receivers, retentionMs }),
    ...unusedReceivers(config),
    ...config.inhibitRules.flatMap(lintRule),
    ...lintIntervals(config),
  ]
  const findings = found.map(({ at, ...finding }) => ({ ...placeOf(config, at), ...finding }))
  return [...findings, ...remarksOf(config)].sort((a, b) => a.line - b.line)
}

const placeOf = ({ places }: AlertConfig, at: object): Where =>
  places.get(at) ?? { path: '', line: 1 }

const remarksOf = ({ remarks }: AlertConfig): readonly Finding[] =>
  remarks.map((remark) => ({ check: 'remark', ...remark }))

function unusedReceivers({ receivers, root }: AlertConfig): readonly Found[] {
  const used = new Set([...routesById(root).values()].map(({ receiver }) => receiver))
  return [...receivers.values()]
    .filter(({ name }) => !used.has(name))
    .map((at) => ({
      at,
      check: 'unused receiver',
      what: `no route names receiver "${at.name}"`,
      remedy: 'name it in a route or remove it',
    }))
}

function lintIntervals({ intervals, root }: AlertConfig): readonly Found[] {
  const used = new Set<object>(
    [...routesById(root).values()].flatMap(({ activeTimes, muteTimes }) => [
      ...activeTimes,
      ...muteTimes,
    ]),
  )
  return [...intervals.values()].flatMap((at): readonly Found[] => {
    if (!used.has(at))
      return [
        {
          at,
          check: 'unused time interval',
          what: `no route names time interval "${at.name}"`,
          remedy: 'name it in a route or remove it',
        },
      ]
    if (at.intervals.length > 0) return []
    const what = `time interval "${at.name}" contains no time`
    return [{ at, check: 'empty time interval', what, remedy: 'give it time_intervals' }]
  })
}

function lintRule(at: InhibitRule): readonly Found[] {
  const { source, target, equal } = at
  const [sources, targets] = [factsOf(source), factsOf(target)]
  if (sources.contradict || targets.contradict)
    return [
      {
        at,
        check: 'inhibition that never applies',
        what: 'the matchers of one side contradict each other',
        remedy: 'correct them',
      },
    ]
  if (sources.imply(target) && targets.imply(source))
    return [
      {
        at,
        check: 'inhibition of itself',
        what: 'whatever is a target is a source too, so the rule holds back nothing',
        remedy: 'let the source and the target differ, for instance in their severity',
      },
    ]
  if (equal.length > 0) return []
  return [
    {
      at,
      check: 'inhibition without equal',
      what: 'one source anywhere holds back every target everywhere',
      remedy: 'list in equal the labels that they have in common, such as node',
    },
  ]
}

/** `GET /api/v1/explain?rule=DiskHot&labels={instance="n1"}&time=…` */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { sendJson } from '#lib/http/message'
import type { Matcher } from '#lib/matcher'
import { nearest } from '#lib/nearest'
import { parseSelector } from '#lib/selector'
import type { GroupRun } from '../group-run.ts'
import type { RulesHandler } from '../rest.ts'
import type { RuleRun } from '../rule-run.ts'
import type { Evaluate } from '../world.ts'
import { type Explanation, explain } from './explain.ts'

export interface ExplainWorld {
  readonly clock: Clock
  readonly evaluate: Evaluate
}

export function createExplainHandler(
  groups: readonly GroupRun[],
  world: ExplainWorld,
): RulesHandler {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://rules')
    if (request.method !== 'GET' || url.pathname !== '/api/v1/explain') return false
    void answer(url.searchParams, groups, world).then(
      (rules) => sendJson(response, 200, { status: 'success', data: { rules } }),
      (error: unknown) => {
        const status = error instanceof ZstoneError ? error.status : 500
        const errorType = status === 404 ? 'not_found' : status < 500 ? 'bad_data' : 'internal'
        sendJson(response, status, { status: 'error', errorType, error: messageOf(error) })
      },
    )
    return true
  }
}

/** One for each rule of that name, in their order. */
async function answer(
  parameters: URLSearchParams,
  groups: readonly GroupRun[],
  { clock, evaluate }: ExplainWorld,
): Promise<readonly Explanation[]> {
  const asked = parameters.get('rule') ?? ''
  const matchers = matchersIn(parameters.get('labels') ?? '')
  const runs = groups.flatMap(({ rules }) => rules).filter((run) => isAsked(run, asked, matchers))
  if (runs.length === 0) throw unknownRule(asked, groups)
  const given = timeIn(parameters.get('time') ?? '')
  const atMs = given ?? clock.nowMs()
  const explained: Explanation[] = []
  for (const { rule, alerts } of runs)
    explained.push(
      await explain(rule, {
        ...{ atMs, matchers, evaluate },
        alerts: given === undefined ? alerts?.alerts() : undefined,
      }),
    )
  return explained
}

function unknownRule(rule: string, groups: readonly GroupRun[]): ZstoneError {
  const names = groups.flatMap(({ rules }) => rules.map((run) => run.rule.name))
  const near = nearest(rule, names)
  const remedy = near === undefined ? '/api/v1/rules lists all' : `did you mean "${near}"?`
  return fault('RULE_UNKNOWN', { rule, remedy })
}

/** By name, or by group and name; labels such as `severity` choose among rules of one name. */
function isAsked({ rule }: RuleRun, asked: string, matchers: readonly Matcher[]): boolean {
  if (rule.name !== asked && rule.id !== asked) return false
  if (rule.kind === 'record') return true
  return matchers.every(({ name, matches }) => {
    const source = rule.labels[name]?.source
    return source === undefined || source.includes('{{') || matches({ [name]: source })
  })
}

function matchersIn(text: string): readonly Matcher[] {
  try {
    return parseSelector(text)
  } catch {
    const wanted = '{name="value",…}'
    throw fault('RULE_EXPLAIN_INVALID', { parameter: 'labels', given: text, wanted })
  }
}

/** Seconds since 1970, or RFC 3339. */
function timeIn(text: string): number | undefined {
  if (text === '') return undefined
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text)
  if (Number.isSafeInteger(ms)) return ms
  const wanted = 'seconds since 1970, or a time such as 2026-01-31T12:00:00Z'
  throw fault('RULE_EXPLAIN_INVALID', { parameter: 'time', given: text, wanted })
}

/** `GET /graph?g0.expr=…`: where the link of an alert leads. Without an expression, all rules. */
import type { ServerResponse } from 'node:http'
import { messageOf } from '#lib/errors'
import { explain } from '../explain/explain.ts'
import { printExplanation } from '../explain/print.ts'
import type { ExplainWorld } from '../explain/serve.ts'
import type { GroupRun } from '../group-run.ts'
import type { RulesHandler } from '../rest.ts'
import type { Rule } from '../rule.ts'
import type { RuleRun } from '../rule-run.ts'
import { type GraphView, graphPage, type RuleLink } from './page.ts'

export function createGraphHandler(groups: readonly GroupRun[], world: ExplainWorld): RulesHandler {
  const runs = groups.flatMap(({ rules }) => rules)
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://rules')
    if (!['GET', 'HEAD'].includes(request.method ?? '')) return false
    if (url.pathname === '/') {
      response.writeHead(302, { Location: 'graph' }).end()
      return true
    }
    if (url.pathname !== '/graph') return false
    // A form sends its lines with a CR.
    const expr = url.searchParams.get('g0.expr')?.replaceAll('\r\n', '\n').trim() ?? ''
    void answer(expr, runs, world).then((view) => send(response, view))
    return true
  }
}

/** Nothing is run and nothing is fetched. */
const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

function send(response: ServerResponse, view: GraphView): void {
  const isRefused = view.found !== undefined && 'reason' in view.found
  response.writeHead(isRefused ? 400 : 200, headers).end(graphPage(view))
}

/** Never rejects: what cannot be evaluated is shown with its reason. */
async function answer(
  expr: string,
  runs: readonly RuleRun[],
  { clock, evaluate }: ExplainWorld,
): Promise<GraphView> {
  const atMs = clock.nowMs()
  if (expr === '') return { expr, atMs, explained: [], rules: linksTo(runs) }
  const asking = runs.filter(({ rule }) => rule.expr.trim() === expr)
  const asked = asking.length > 0 ? asking : [{ rule: nameless(expr), alerts: undefined }]
  try {
    const found = await evaluate(expr, atMs)
    const explained: string[] = []
    for (const { rule, alerts } of asked) {
      const known = { atMs, matchers: [], evaluate, alerts: alerts?.alerts() }
      explained.push(printExplanation(await explain(rule, known)))
    }
    return { expr, atMs, found, explained, rules: [] }
  } catch (error) {
    return { expr, atMs, found: { reason: messageOf(error) }, explained: [], rules: [] }
  }
}

const nameless = (expr: string): Rule => {
  return { kind: 'record', id: 'This expression', name: '', expr, labels: {} }
}

/** What fires, waits or fails first; the rest as it stands in the files. */
const linksTo = (runs: readonly RuleRun[]): readonly RuleLink[] =>
  runs.map(linkTo).toSorted((a, b) => rankOf(a) - rankOf(b))

function rankOf({ state }: RuleLink): number {
  if (state.startsWith('firing')) return 0
  if (state.startsWith('pending')) return 1
  return state === '' || state === 'insufficient data' ? 3 : 2
}

function linkTo({ rule, alerts, status }: RuleRun): RuleLink {
  const live = alerts?.alerts() ?? []
  const counts = (['firing', 'pending'] as const).flatMap((state) => {
    const count = live.filter((alert) => alert.state === state).length
    return count === 0 ? [] : [`${state}: ${count}`]
  })
  const { lastError, insufficient } = status()
  const odd = lastError ?? (insufficient === undefined ? undefined : 'insufficient data')
  return {
    ...{ id: rule.id, expr: rule.expr },
    state: [...counts, ...(odd === undefined ? [] : [odd])].join(', '),
  }
}

/** Serves what is only looked at: the pages, and the list behind them as JSON. */
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Html } from '#lib/html'
import { sendJson } from '#lib/http/message'
import type { Exchange } from '../http/exchange.ts'
import type { PlainRoute } from '../http/routes.ts'
import type { LabelPair } from '../text/family.ts'
import { confirmDeletion, confirmWipe } from './confirm-page.ts'
import { sendPage } from './document.ts'
import { readLabels } from './group-address.ts'
import { sliceLines } from './group-lines.ts'
import { listGroups, totalsOf } from './group-list.ts'
import { groupPage } from './group-page.ts'
import { parseGroupQuery, wholeOf } from './group-query.ts'
import { rowOf } from './group-row.ts'
import { groupsJson } from './groups-json.ts'
import { listPage } from './list-page.ts'
import { problemPage } from './problem-page.ts'
import { shownLabels } from './shown.ts'
import { statusPage } from './status-page.ts'
import { statusSections } from './status-sections.ts'
import { lineSourceOf } from './stored-lines.ts'

type Asked = Pick<PlainRoute, 'query'>

export function serveGroups(exchange: Exchange, { query: text }: Asked): Promise<void> {
  return answer(exchange, 'Groups', async () => {
    const { store, settings, clock } = exchange.world
    const query = parseGroupQuery(text)
    const groups = store.groups()
    const named = new URLSearchParams(text).get('deleted')
    const deleted = named === null ? undefined : readLabels(named)
    const isGone = deleted !== undefined && store.group(deleted) === undefined
    return listPage({
      query,
      list: await listGroups(groups, query, clock.monotonicMs),
      groupCount: groups.length,
      nowMs: clock.nowMs(),
      deleted: isGone ? deleted : undefined,
      canWipe: settings.web.enableAdminApi,
    })
  })
}

export function serveGroup(exchange: Exchange, { query }: Asked): Promise<void> {
  return answer(exchange, 'Group', () => {
    const given = new URLSearchParams(query)
    const { state, row } = find(exchange, readLabels(given.get('labels')))
    const page = wholeOf(given, 'page', { absent: 1, most: 1_000_000 })
    const slice = sliceLines(state.families.map(lineSourceOf), page)
    return groupPage({ row, slice, nowMs: exchange.world.clock.nowMs() })
  })
}

export function serveStatus(exchange: Exchange): Promise<void> {
  return answer(exchange, 'Status', () => statusPage(statusSections(exchange)))
}

export function serveDeletionForm(exchange: Exchange, { query }: Asked): Promise<void> {
  return answer(exchange, 'Delete a group', () => {
    const { row } = find(exchange, readLabels(new URLSearchParams(query).get('labels')))
    return confirmDeletion(row, exchange.world.clock.nowMs())
  })
}

export function serveWipeForm(exchange: Exchange): Promise<void> {
  return answer(exchange, 'Delete all groups', () =>
    confirmWipe(totalsOf(exchange.world.store.groups())),
  )
}

export async function serveApiGroups(
  { world, response }: Exchange,
  { query: text }: Asked,
): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate')
  try {
    const query = parseGroupQuery(text)
    const list = await listGroups(world.store.groups(), query, world.clock.monotonicMs)
    sendJson(response, 200, groupsJson(list, query, world.clock.nowMs()))
  } catch (error) {
    if (!(error instanceof ZstoneError)) throw error
    const refusal = { status: 'error', errorType: 'bad_data', error: error.message }
    sendJson(response, error.status, refusal)
  }
}

/** The page, or a page that says why not. */
async function answer(
  exchange: Exchange,
  title: string,
  content: () => readonly Html[] | Promise<readonly Html[]>,
): Promise<void> {
  try {
    send(exchange, { status: 200, title, content: await content() })
  } catch (error) {
    sendProblem(exchange, error)
  }
}

export function sendProblem(exchange: Exchange, error: unknown): void {
  if (!(error instanceof ZstoneError)) throw error
  if (error.retry) exchange.response.setHeader('Retry-After', '1')
  const content = problemPage(messageOf(error))
  send(exchange, { status: error.status, title: 'Problem', content })
}

function send(
  { world, response }: Exchange,
  { status, title, content }: { status: number; title: string; content: readonly Html[] },
): void {
  const metricsLink = world.settings.web.telemetryPath.replace(/^\/*/, './')
  sendPage(response, status, { title, content, atMs: world.clock.nowMs(), metricsLink })
}

function find({ world }: Exchange, labels: readonly LabelPair[]) {
  const group = world.store.group(labels)
  const state = group?.visible
  const [row] = group === undefined ? [] : rowOf(group)
  if (state === undefined || row === undefined)
    throw fault('PUSHGATEWAY_GROUP_ABSENT', { labels: shownLabels(labels) })
  return { state, row }
}

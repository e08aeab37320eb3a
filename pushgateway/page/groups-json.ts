/** `GET /api/v1/groups`: the same list, for programs. */
import type { GroupList } from './group-list.ts'
import type { GroupQuery } from './group-query.ts'
import { ageMsOf, type GroupRow, hasFailed } from './group-row.ts'

export function groupsJson(list: GroupList, { page, limit }: GroupQuery, nowMs: number): object {
  const { groupCount, seriesCount, sizeBytes } = list.total
  const isBeyond = page > list.pageCount
  return {
    status: 'success',
    data: {
      total: { groups: groupCount, series: seriesCount, bytes: sizeBytes },
      page,
      pages: list.pageCount,
      limit,
      groups: isBeyond ? [] : list.rows.map((row) => groupJson(row, nowMs)),
    },
  }
}

/** A time or an age that there is none of is null. */
function groupJson(row: GroupRow, nowMs: number): object {
  const ageMs = ageMsOf(row, nowMs)
  return {
    labels: Object.fromEntries(row.labels),
    push_time: time(row.pushedAtMs),
    push_failure_time: time(row.failedAtMs),
    last_push_successful: row.pushedAtMs > 0 && !hasFailed(row),
    age_seconds: ageMs === undefined ? null : ageMs / 1000,
    series: row.seriesCount,
    bytes: row.sizeBytes,
    ...(row.stale === undefined ? {} : { stale: row.stale }),
  }
}

const time = (atMs: number) => (atMs === 0 ? null : new Date(atMs).toISOString())

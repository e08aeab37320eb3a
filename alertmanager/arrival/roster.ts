/**
 * Every living alert in memory, ahead of the store by what is not written yet. What arrives is
 * judged against it without asking the store; what is new waits here, in order, to be written.
 */
import { type Alert, isUnchanged, mergeAlerts } from '../alert.ts'
import { type Backlog, createBacklog } from './backlog.ts'

export interface Roster {
  /** Merges what arrived; undefined: it says nothing new. */
  take(arrived: Alert): Alert | undefined
  get(fingerprint: string): Alert | undefined
  all(): Iterable<Alert>
  readonly size: number
  readonly backlog: Pick<Backlog, 'turn' | 'storedTurn' | 'size'>
  /** Alerts that the store does not have as they are. */
  ahead(): Iterable<Alert>
  /** The oldest changes, which are being written from now on; one batch at a time. */
  begin(most: number): readonly Unwritten[]
  /** Ends the batch: what the rows of its alerts say now. */
  written(rows: readonly Kept[]): void
  /** What another instance has written. */
  learn(rows: readonly Kept[]): void
  /** What the store said at the start: it rules where it is newer than what was replayed. */
  load(rows: readonly Kept[]): void
  /** Takes what an earlier life acknowledged; what is known to be newer rules. */
  replay(alerts: readonly Alert[]): void
  /** Drops what has long been resolved. */
  forget(resolvedBeforeMs: number): void
  /** Is told of every alert there is, of every change, and of an alert that goes. */
  watch(watcher: RosterWatcher): void
}

export interface RosterWatcher {
  put(alert: Alert): void
  drop(fingerprint: string): void
}

export interface Kept {
  readonly alert: Alert
  readonly revision: number
}

export interface Unwritten {
  /** As it should be stored. */
  readonly alert: Alert
  /** What has arrived since the row was read: to be merged anew, should another have written it. */
  readonly arrived: Alert
  /** As the row was last known to be, and its revision; absent: no row is known. */
  readonly before: Alert | undefined
  readonly revision: number | undefined
}

interface Entry {
  alert: Alert
  revision: number | undefined
  /** Folded, since the row was read. */
  arrived: Alert | undefined
  /** What the row said before that. */
  before: Alert | undefined
}

export function createRoster(): Roster {
  const entries = new Map<string, Entry>()
  const backlog = createBacklog()
  const watchers: RosterWatcher[] = []

  const put = (entry: Entry) => {
    entries.set(entry.alert.fingerprint, entry)
    for (const watcher of watchers) watcher.put(entry.alert)
  }
  const take = (arrived: Alert) => {
    const known = entries.get(arrived.fingerprint)
    const next = known === undefined ? fresh(arrived) : taken(known, arrived)
    if (next === undefined) return undefined
    backlog.add(arrived.fingerprint)
    put(next)
    return next.alert
  }
  const settle = (row: Kept) => put(settled(row, entries.get(row.alert.fingerprint)))
  return {
    take,
    get: (fingerprint) => entries.get(fingerprint)?.alert,
    all: () => entries.values().map(({ alert }) => alert),
    get size() {
      return entries.size
    },
    backlog,
    *ahead() {
      for (const name of backlog.names()) {
        const entry = entries.get(name)
        if (entry !== undefined) yield entry.alert
      }
    },
    begin: (most) =>
      backlog.begin(most).flatMap((name) => {
        const entry = entries.get(name)
        if (entry?.arrived === undefined) return []
        const unwritten = { ...entry, arrived: entry.arrived }
        entry.arrived = undefined
        entry.before = undefined
        return [unwritten]
      }),
    written(rows) {
      backlog.done()
      rows.forEach(settle)
    },
    learn(rows) {
      for (const row of rows)
        if ((entries.get(row.alert.fingerprint)?.revision ?? 0) < row.revision) settle(row)
    },
    load(rows) {
      for (const row of rows) {
        const entry = entries.get(row.alert.fingerprint)
        if (entry?.arrived !== undefined && entry.arrived.updatedAtMs <= row.alert.updatedAtMs) {
          entry.arrived = undefined
          backlog.remove(row.alert.fingerprint)
        }
        settle(row)
      }
    },
    replay(alerts) {
      for (const alert of alerts)
        if ((entries.get(alert.fingerprint)?.alert.updatedAtMs ?? 0) < alert.updatedAtMs)
          take(alert)
    },
    forget(resolvedBeforeMs) {
      for (const [name, { alert, arrived }] of entries) {
        if (Math.max(alert.endsAtMs, alert.updatedAtMs) >= resolvedBeforeMs) continue
        if (arrived !== undefined || backlog.isWriting(name)) continue
        entries.delete(name)
        for (const watcher of watchers) watcher.drop(name)
      }
    },
    watch(watcher) {
      watchers.push(watcher)
      for (const { alert } of entries.values()) watcher.put(alert)
    },
  }
}

const fresh = (alert: Alert): Entry => ({
  alert,
  revision: undefined,
  arrived: alert,
  before: undefined,
})

function taken(entry: Entry, arrived: Alert): Entry | undefined {
  const nowMs = arrived.updatedAtMs
  const merged = sharing(entry, mergeAlerts(entry.alert, arrived, nowMs))
  if (isUnchanged(entry.alert, merged, nowMs)) return undefined
  const folded = entry.arrived === undefined ? arrived : mergeAlerts(entry.arrived, arrived, nowMs)
  const before = entry.arrived === undefined ? entry.alert : entry.before
  return { ...entry, alert: merged, arrived: folded, before }
}

function settled({ alert: row, revision }: Kept, entry: Entry | undefined): Entry {
  if (entry === undefined) return { alert: row, revision, arrived: undefined, before: undefined }
  const { arrived } = entry
  const alert = arrived === undefined ? row : mergeAlerts(row, arrived, arrived.updatedAtMs)
  const before = arrived === undefined ? undefined : row
  return { alert: sharing(entry, alert), revision, arrived, before }
}

/** The same labels are kept in memory once. */
const sharing = ({ alert: { labels } }: Entry, alert: Alert): Alert => ({ ...alert, labels })

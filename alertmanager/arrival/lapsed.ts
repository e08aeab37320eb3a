/**
 * Alerts whose promised end passed while nobody listened: their clients could not renew it. An end
 * that was only promised is then no news; they get their time again, and who says nothing within it
 * has ended. One that was told as ended stays so.
 */
import { sql } from 'kysely'
import type { Alert } from '../alert.ts'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'

const longestMs = 5 * 60_000

export function givenTimeAgain(alert: Alert, nowMs: number): Alert {
  const promisedMs = alert.endsAtMs - alert.updatedAtMs
  const isLapsed = alert.endsAtMs <= nowMs && promisedMs > 0
  return isLapsed ? { ...alert, endsAtMs: nowMs + Math.min(promisedMs, longestMs) } : alert
}

/** The same for those in the store whose end nobody has been told of. */
export async function giveTimeAgain({ db, clock, log }: World): Promise<void> {
  const now = new Date(clock.nowMs())
  const { numAffectedRows } = await sql`
    update ${table('alerts')} as alert
    set ends_at = ${now}::timestamptz
        + least(ends_at - updated_at, ${longestMs} * interval '1 millisecond'),
      revision = revision + 1, written_in = pg_current_xact_id()
    where ends_at <= ${now} and ends_at > updated_at
      and exists (
        select from ${table('members')} as member where member.fingerprint = alert.fingerprint
      )`.execute(db)
  const alerts = Number(numAffectedRows ?? 0)
  if (alerts > 0) log.info({ alerts }, 'Alerts whose end passed unheard are given their time again')
}

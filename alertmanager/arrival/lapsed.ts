/**
 * Alerts whose promised end passed while nobody listened: their clients could not renew it. An end
 * that was only promised is then no news; they get their time again, and who says nothing within it
 * has ended. One that was told as ended stays so.
 */
import { sql } from 'kysely'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'

const longestMs = 5 * 60_000

/** Only for those that somebody was told of as firing: nobody hears of others any more. */
export async function giveTimeAgain({ db, clock, log }: World): Promise<void> {
  const now = new Date(clock.nowMs())
  const { numAffectedRows } = await sql`
    update ${table('alerts')} as alert
    set ends_at = ${now}::timestamptz
        + least(ends_at - updated_at, ${longestMs} * interval '1 millisecond'),
      revision = revision + 1, written_in = pg_current_xact_id()
    where ends_at <= ${now} and ends_at > updated_at
      and exists (
        select from ${table('members')} as member
          join ${table('notification_log')} as told using (group_id)
        where member.fingerprint = alert.fingerprint and alert.fingerprint = any(told.firing)
      )`.execute(db)
  const alerts = Number(numAffectedRows ?? 0)
  if (alerts > 0) log.info({ alerts }, 'Alerts whose end passed unheard are given their time again')
}

-- Instances hold the living alerts in memory. They find each other's changes by the transaction
-- that wrote them, and inhibition is judged in memory: no index on labels is needed any more.
alter table alerts add column written_in xid8 not null default pg_current_xact_id();
create index alerts_written_in on alerts (written_in);
drop index alerts_labels;

-- A look-up per row that is written; the writers hold what they refer to by locks instead.
alter table members drop constraint members_group_id_fkey;
alter table members drop constraint members_fingerprint_fkey;

-- What the last delivery left behind for the next one, such as the id of a chat thread.
alter table notification_log add column memory jsonb not null default '{}';

-- What happened, in the order of `at`. Rows are only added, and pruned when they are old. An alert
-- is named by its fingerprint; its labels are with the alert, or below when that is gone.
create table history (
  id bigint generated always as identity,
  at timestamptz not null,
  -- A reader who pages sees what was there at its first page, and nothing else.
  written_in xid8 not null default pg_current_xact_id(),
  kind text not null,
  fingerprint text collate "C",
  group_id text collate "C",
  receiver text,
  integration text,
  notification text collate "C",
  -- Of a notification that is planned: every alert that it speaks of.
  fingerprints text[],
  details jsonb
);
-- Alone, the time takes few places where many events share one; `id` orders those when read.
create index history_at on history (at);
create index history_alert on history (fingerprint);
create index history_notification on history (notification) where notification is not null;
create index history_told on history using gin (fingerprints) where fingerprints is not null;

-- Alerts that are gone, as they last were: history names them.
create table past_alerts (
  fingerprint text collate "C" primary key,
  labels jsonb not null,
  annotations jsonb not null,
  generator_url text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null
);
create index past_alerts_ended on past_alerts (ends_at);

-- What held the alert back at the last flush of the group; absent: nothing did.
alter table members add column held_by text;

-- Alerts as clients last reported them. An alert is resolved when ends_at has passed: nothing has
-- to be written for that. ends_at has no index, so that prolonging an alert touches no index.
create table alerts (
  fingerprint text collate "C" primary key,
  labels jsonb not null,
  annotations jsonb not null,
  generator_url text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  end_is_guess boolean not null,
  updated_at timestamptz not null,
  -- Grows with every change; a writer that read an older one starts again.
  revision integer not null default 1
) with (fillfactor = 70);
create index alerts_labels on alerts using gin (labels jsonb_path_ops);

-- Epochs are never used twice, not even by a group that was deleted and came back.
create sequence epochs;

create table groups (
  id text collate "C" primary key,
  group_key text not null,
  route_id text not null,
  receiver text not null,
  labels jsonb not null,
  -- Changes with every flush; whoever flushes names the one it saw.
  epoch bigint not null,
  next_flush_at timestamptz not null,
  -- Absent: it still waits for its first flush.
  flushed_at timestamptz
) with (fillfactor = 70);
create index groups_due on groups (next_flush_at);

create table members (
  group_id text collate "C" not null references groups,
  fingerprint text collate "C" not null references alerts,
  primary key (group_id, fingerprint)
);
create index members_alert on members (fingerprint);

-- What each receiver was last told about each group.
create table notification_log (
  group_id text collate "C" not null,
  integration text not null,
  integration_index integer not null,
  group_key text not null,
  receiver text not null,
  epoch bigint not null,
  sent_at timestamptz not null,
  firing text[] not null,
  resolved text[] not null,
  -- Told as firing, held back since: their end is still owed.
  held text[] not null,
  expires_at timestamptz not null,
  primary key (group_id, integration, integration_index)
);

create table notifications (
  -- The idempotency key.
  id text collate "C" primary key,
  group_id text collate "C" not null,
  group_key text not null,
  receiver text not null,
  integration text not null,
  integration_index integer not null,
  epoch bigint not null,
  reason text not null,
  payload jsonb not null,
  firing text[] not null,
  resolved text[] not null,
  held text[] not null,
  -- Listed as firing here or in one that this one superseded, and never delivered.
  untold text[] not null,
  expires_at timestamptz not null,
  state text not null default 'due'
    check (state in ('due', 'delivered', 'superseded', 'withdrawn', 'dropped')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  -- While in the future, an attempt is under way.
  leased_until timestamptz,
  -- Grows with every attempt; only the last attempt may record.
  fence integer not null default 0,
  last_error text,
  created_at timestamptz not null,
  finished_at timestamptz
) with (fillfactor = 70);
create unique index notifications_due_slot
  on notifications (group_id, integration, integration_index) where state = 'due';
create index notifications_leased on notifications (group_id, integration, integration_index)
  where leased_until is not null;
create index notifications_due on notifications (next_attempt_at) where state = 'due';
create index notifications_finished on notifications (finished_at) where state <> 'due';

create sequence silence_versions;

create table silences (
  id uuid primary key,
  matchers jsonb not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  updated_at timestamptz not null,
  created_by text not null,
  comment text not null,
  -- Grows in the order of commits, so that a reader asks only for what is new.
  version bigint not null
);
create unique index silences_version on silences (version);

-- The routing that memberships were last computed with.
create table applied_routing (
  only_row boolean primary key default true check (only_row),
  hash text not null
);

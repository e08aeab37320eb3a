-- Who works on which alert. One row is one alert; what ends an acknowledgement is noted on it.
create sequence ack_versions;

create table acks (
  id uuid primary key,
  fingerprint text collate "C" not null,
  labels jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  comment text not null,
  expires_at timestamptz not null,
  -- Absent: it has not ended before it expires.
  ended_at timestamptz,
  ended_because text,
  -- Grows in the order of commits, so that a reader asks only for what is new.
  version bigint not null
);
create unique index acks_version on acks (version);
create unique index acks_open on acks (fingerprint) where ended_at is null;

-- What there is, and what is being done about it.

create table resource (
  id uuid primary key,
  kind text not null,
  name text not null,
  parent_id uuid,
  fields jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);

-- Alerts of one name are many; everything else is unique by name.
create unique index resource_name on resource (kind, name) where kind <> 'alert';
create index resource_kind on resource (kind, updated_at desc);
create index resource_parent on resource (parent_id) where parent_id is not null;
create index resource_alert_state on resource ((fields ->> 'state'), updated_at) where kind = 'alert';

create table job (
  id uuid primary key,
  workflow text not null,
  -- What it works on, as kind/id. Two jobs of one workflow never work on one subject at once.
  subject text not null,
  input jsonb not null,
  requested_by text not null,
  state text not null,
  -- Whether finished steps are being undone.
  is_going_back boolean not null default false,
  is_cancel_asked boolean not null default false,
  step text,
  progress jsonb,
  error jsonb,
  attempts bigint not null default 0,
  traceparent text not null,
  -- When the next piece of work on it is due.
  due_at timestamptz not null,
  -- Who works on it. Every write of a worker names the epoch that it was given: a worker that lost
  -- its lease can write nothing more.
  lease_owner text,
  lease_epoch bigint not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  version bigint not null default 1
);

create unique index job_one_per_subject on job (workflow, subject) where finished_at is null;
create index job_due on job (due_at) where finished_at is null;
create index job_created on job (created_at desc, id);
create index job_finished on job (finished_at) where finished_at is not null;

create table job_step (
  job_id uuid not null references job on delete cascade,
  position bigint not null,
  name text not null,
  state text not null,
  attempts bigint not null default 0,
  failures bigint not null default 0,
  -- What the step gave to later steps, and to its own undo; or, while it waits, to its next run.
  made jsonb not null default '{}',
  error jsonb,
  started_at timestamptz not null,
  deadline_at timestamptz not null,
  finished_at timestamptz,
  primary key (job_id, position)
);

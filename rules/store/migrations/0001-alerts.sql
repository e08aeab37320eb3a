-- One row per alert that is pending, firing, or resolved and still told.
create table alert (
  rule_id text not null,
  -- Of the label set: what makes an alert of a rule the same alert.
  fingerprint text not null,
  labels jsonb not null,
  annotations jsonb not null,
  state text not null check (state in ('pending', 'firing', 'resolved')),
  value double precision not null,
  active_at timestamptz not null,
  fired_at timestamptz,
  resolved_at timestamptz,
  keep_firing_since timestamptz,
  traceparent text,
  primary key (rule_id, fingerprint)
);

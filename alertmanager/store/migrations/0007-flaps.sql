-- When the alert fired, resolved, fired again …: the last ones. An end is written when it is known
-- that the alert fires again. The last is when its present activity became known.
alter table alerts add column changed_at timestamptz[] not null default '{}';

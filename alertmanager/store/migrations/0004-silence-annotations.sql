-- What people and programs note on a silence; nothing here acts on it.
alter table silences add column annotations jsonb not null default '{}';

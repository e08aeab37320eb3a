-- A row stays when its lease ends, so that an epoch is never given twice.
create table lease (
  name text primary key,
  holder text not null,
  epoch bigint not null default 1,
  expires_at timestamptz not null
);

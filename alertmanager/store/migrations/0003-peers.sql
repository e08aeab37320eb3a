-- The instances that share these rows, each as it last said that it lives.
create table peers (
  name text collate "C" primary key,
  address text not null,
  seen_at timestamptz not null
) with (fillfactor = 50);

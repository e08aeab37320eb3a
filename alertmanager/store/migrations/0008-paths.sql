-- How each integration of each receiver does: with notifications, and with heartbeats.
create table paths (
  receiver text not null,
  integration text not null,
  integration_index integer not null,
  kind text not null check (kind in ('notification', 'heartbeat')),
  delivered_at timestamptz,
  -- The first failure since the last delivery; absent: the last attempt was delivered.
  failing_since timestamptz,
  -- Since the last delivery, of those that will not pass by themselves.
  refusals integer not null default 0,
  last_error text,
  -- When the last heartbeat was sent on its way.
  beat_at timestamptz,
  primary key (receiver, integration, integration_index, kind)
) with (fillfactor = 50);

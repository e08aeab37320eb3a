/** The instances that share a store: each tells a table that it lives, and reads who else does. */
import { sql } from 'kysely'
import { createLoop, type LoopWorld } from '#lib/loop'
import type { AlertDb } from '../store/tables.ts'
import { table } from '../store/transaction.ts'

export interface Peer {
  readonly name: string
  readonly address: string
}

export interface PeersOptions extends Peer {
  readonly everyMs: number
  /** A peer that was not seen for so long is forgotten. */
  readonly forgetMs: number
}

export interface Peers {
  /** Itself is always among them. */
  living(): readonly Peer[]
  join(db: AlertDb): Promise<void>
  leave(): Promise<void>
}

/** So many beats may be missed before a peer counts as gone, and never less than this time. */
const missed = { beats: 5, leastMs: 10_000 }

export function createPeers(own: PeersOptions, world: LoopWorld): Peers {
  const gauges = gaugesOf(world)
  let living: readonly Peer[] = [{ name: own.name, address: own.address }]
  let leave = async () => {}
  gauges.show(own.name, living, 0)
  return {
    living: () => living,
    async join(db) {
      const pass = async () => {
        const rows = await beat(db, own)
        living = rows.filter(({ lives }) => lives).map(({ name, address }) => ({ name, address }))
        gauges.show(own.name, living, rows.length - living.length)
      }
      await pass()
      const loop = createLoop({ name: 'tell peers', everyMs: own.everyMs, pass }, world)
      loop.start()
      leave = async () => {
        await loop.close()
        await sql`delete from ${table('peers')} where name = ${own.name}`.execute(db)
      }
    },
    leave: () => leave(),
  }
}

interface SeenPeer extends Peer {
  readonly lives: boolean
}

/** Whether a beat survives a crash of the server does not matter: the next is a second off. */
async function beat(db: AlertDb, own: PeersOptions): Promise<readonly SeenPeer[]> {
  const livesMs = Math.max(missed.leastMs, missed.beats * own.everyMs)
  return db.transaction().execute(async (tx) => {
    await sql`set local synchronous_commit = off`.execute(tx)
    await sql`
      insert into ${table('peers')} (name, address, seen_at)
      values (${own.name}, ${own.address}, clock_timestamp())
      on conflict (name) do update
      set address = excluded.address, seen_at = excluded.seen_at`.execute(tx)
    await sql`
      delete from ${table('peers')}
      where seen_at < clock_timestamp() - ${own.forgetMs} * interval '1 millisecond'`.execute(tx)
    const { rows } = await sql<SeenPeer>`
      select name, address,
        seen_at > clock_timestamp() - ${livesMs} * interval '1 millisecond' as lives
      from ${table('peers')} order by name`.execute(tx)
    return rows
  })
}

function gaugesOf({ metrics }: LoopWorld) {
  const gauge = (name: string, help: string) => metrics.gauge(`alertmanager_${name}`, help)
  gauge('cluster_enabled', 'Whether instances share a store.').set(1)
  gauge('cluster_health_score', 'Always 0: the store is asked, nobody gossips.').set(0)
  const members = gauge('cluster_members', 'Living instances, this one included.')
  const failed = gauge('cluster_failed_peers', 'Instances that fell silent and are not forgotten.')
  const position = gauge('peer_position', 'Rank of this instance among the living, by name.')
  const info = metrics.gauge('alertmanager_cluster_peer_info', 'Labelled by the own name.', [
    'peer',
  ])
  const count = (name: string, help: string) =>
    metrics.counter(`alertmanager_cluster_${name}_total`, help)
  const joined = count('peers_joined', 'Instances that came.')
  const left = count('peers_left', 'Instances that went.')
  let known = new Set<string>()
  return {
    show(own: string, living: readonly Peer[], silent: number) {
      const names = new Set(living.map(({ name }) => name))
      joined.inc(names.difference(known).size)
      left.inc(known.difference(names).size)
      known = names
      info.set({ peer: own }, 1)
      members.set(living.length)
      failed.set(silent)
      position.set(living.findIndex(({ name }) => name === own))
    },
  }
}

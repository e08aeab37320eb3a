/** This instance among its peers: who they are, and which store they share. */
import { fault } from '#api/errors'
import type { LoopWorld } from '#lib/loop'
import type { Random } from '#lib/random'
import type { AlertDb } from '../store/tables.ts'
import { isLoopback, joined, parseHostPort, toldAddress } from './addresses.ts'
import { type Meeting, openMeeting } from './meeting.ts'
import { createPeers, type Peer, type Peers } from './peers.ts'
import type { ClusterSettings } from './settings.ts'

export interface ClusterStatus {
  readonly name?: string
  readonly status: 'ready' | 'settling' | 'disabled'
  readonly peers: readonly Peer[]
}

export interface Cluster {
  status(): ClusterStatus
  /** The store to use where none was given; `open` opens one of one's own. */
  storeUrl(open: () => Promise<string>): Promise<string>
  /** From now on the others see this instance, and it sees them. */
  join(db: AlertDb): Promise<void>
  /** Takes this instance off the list; its store must still be there. */
  leave(): Promise<void>
  close(): Promise<void>
}

export interface ClusterWorld extends LoopWorld {
  readonly settings: ClusterSettings
  /** Whether a PostgreSQL was given, which all instances then share. */
  readonly hasStore: boolean
  readonly random: Random
}

export async function openCluster(world: ClusterWorld): Promise<Cluster> {
  const { settings, hasStore, random, metrics } = world
  if (settings.listenAddress === '') {
    metrics.gauge('alertmanager_cluster_enabled', 'Whether instances share a store.').set(0)
    return alone
  }
  const place = parseHostPort(settings.listenAddress)
  const meeting = hasStore ? undefined : await meet(place.port, world)
  const peers = createPeers(
    {
      name: settings.peerName === '' ? random.uuid() : settings.peerName,
      address: addressOf(meeting, world),
      everyMs: settings.probeInterval,
      forgetMs: settings.reconnectTimeout,
    },
    world,
  )
  return together(peers, meeting, world)
}

function together(peers: Peers, meeting: Meeting | undefined, { log }: ClusterWorld): Cluster {
  const [own] = peers.living()
  let status: 'ready' | 'settling' = 'settling'
  return {
    status: () => ({ name: own?.name ?? '', status, peers: peers.living() }),
    storeUrl: async (open) => (meeting === undefined ? open() : meeting.storeUrl(open)),
    async join(db) {
      await peers.join(db)
      status = 'ready'
    },
    // The host of the store may have left first; then there is no list to be taken off.
    leave: () =>
      peers.leave().catch((error) => log.warn({ error }, 'The peers could not be told of the end')),
    close: async () => meeting?.close(),
  }
}

/** An instance without a cluster. */
export const alone: Cluster = {
  status: () => ({ status: 'disabled', peers: [] }),
  storeUrl: (open) => open(),
  join: async () => {},
  leave: async () => {},
  close: async () => {},
}

async function meet(port: number, { settings, clock, log }: ClusterWorld): Promise<Meeting> {
  const peers = settings.peers.map(parseHostPort)
  const far = peers.find(({ host }) => !isLoopback(host))
  if (far !== undefined) throw fault('CLUSTER_PEER_FAR', { peer: joined(far) })
  return openMeeting({
    port,
    peers: peers.map((peer) => joined({ ...peer, host: '127.0.0.1' })),
    patienceMs: settings.resolveTimeout,
    clock,
    log,
  })
}

/** Where there is a meeting, peers are told to come to its port. */
function addressOf(meeting: Meeting | undefined, { settings }: ClusterWorld): string {
  const { host, port } = parseHostPort(settings.listenAddress)
  const near = meeting === undefined ? { host, port } : { host, ...portOf(meeting) }
  return toldAddress(near, {
    ...(settings.advertiseAddress !== undefined && { advertised: settings.advertiseAddress }),
    mayBePublic: settings.allowPublicAddress,
  })
}

const portOf = ({ address }: Meeting) => ({ port: parseHostPort(address).port })

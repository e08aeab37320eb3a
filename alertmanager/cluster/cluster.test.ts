/** Instances on one machine, which share one store. */
import { afterEach, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { systemRandom } from '#lib/random'
import { openDatabase } from '#lib/sql/database'
import { migrate } from '#lib/sql/migrate'
import { freshDatabase } from '#test/postgres'
import { until } from '#test/until'
import { schema, type Tables } from '../store/tables.ts'
import { type Cluster, openCluster } from './cluster.ts'
import type { ClusterSettings } from './settings.ts'

const world = { clock: systemClock, random: systemRandom, log: silentLog }

const settings: ClusterSettings = {
  listenAddress: '127.0.0.1:0',
  advertiseAddress: undefined,
  peerName: '',
  peers: [],
  peerTimeout: 15_000,
  resolveTimeout: 15_000,
  gossipInterval: 200,
  pushPullInterval: 60_000,
  tcpTimeout: 10_000,
  probeTimeout: 500,
  probeInterval: 100,
  settleTimeout: 60_000,
  reconnectInterval: 10_000,
  reconnectTimeout: 6 * 3_600_000,
  tlsConfig: '',
  allowPublicAddress: false,
  label: '',
}

let opened: Cluster[] = []

afterEach(async () => {
  await Promise.all(opened.map((cluster) => cluster.close()))
  opened = []
})

async function open(more: Partial<ClusterSettings>, hasStore = false) {
  const metrics = createMetrics()
  const own = { ...world, metrics, settings: { ...settings, ...more }, hasStore }
  const cluster = await openCluster(own)
  opened.push(cluster)
  return { cluster, metrics }
}

const addressOf = (cluster: Cluster) => cluster.status().peers[0]?.address ?? ''
const nobody = () => Promise.reject(new Error('another one hosts the store'))

test('the first hosts, those that name it learn where its store is', async () => {
  const { cluster: first } = await open({})
  expect(first.status()).toMatchObject({ status: 'settling', peers: [{}] })
  const peers = [addressOf(first)]
  const { cluster: second } = await open({ peers })
  const { cluster: third } = await open({ peers })
  const later = Promise.all([second.storeUrl(nobody), third.storeUrl(nobody)])
  expect(await first.storeUrl(async () => 'postgres://here')).toBe('postgres://here')
  expect(await later).toEqual(['postgres://here', 'postgres://here'])
})

test('a peer on another machine needs a PostgreSQL for all', async () => {
  await expect(open({ peers: ['am2.example:9094'] })).rejects.toThrow(
    'Cannot share a store with am2.example:9094: it is on another machine; give all instances one PostgreSQL by DATABASE_URL',
  )
  await expect(open({ peers: ['nonsense'] })).rejects.toThrow('it is not host:port')
  const { cluster } = await open({ peers: ['am2.example:9094'] }, true)
  expect(await cluster.storeUrl(async () => 'given')).toBe('given')
})

test('no address, no cluster', async () => {
  const { cluster, metrics } = await open({ listenAddress: '' })
  expect(cluster.status()).toEqual({ status: 'disabled', peers: [] })
  expect(await metrics.registry.metrics()).toMatch(/alertmanager_cluster_enabled 0/)
})

test('those that share a store see each other come and go', async () => {
  const { url, drop } = await freshDatabase()
  await migrate(url, { schema, folder: new URL('../store/migrations/', import.meta.url) })
  const database = openDatabase<Tables>(url, { name: 'test' })
  const one = await open({ peerName: 'one', advertiseAddress: '10.0.0.1:9094' }, true)
  const two = await open({ peerName: 'two', listenAddress: '10.0.0.2:9094' }, true)
  await one.cluster.join(database.db)
  expect(one.cluster.status()).toEqual({
    name: 'one',
    status: 'ready',
    peers: [{ name: 'one', address: '10.0.0.1:9094' }],
  })
  await two.cluster.join(database.db)
  const names = ({ cluster }: typeof one) => cluster.status().peers.map(({ name }) => name)
  await until(() => names(one).length === 2)
  expect(two.cluster.status().peers).toEqual([
    { name: 'one', address: '10.0.0.1:9094' },
    { name: 'two', address: '10.0.0.2:9094' },
  ])
  const told = await two.metrics.registry.metrics()
  expect(told).toMatch(/alertmanager_peer_position 1/)
  expect(told).toMatch(/alertmanager_cluster_members 2/)
  await one.cluster.leave()
  await until(() => names(two).join() === 'two')
  expect(await two.metrics.registry.metrics()).toMatch(/alertmanager_cluster_peers_left_total 1/)
  await two.cluster.leave()
  await database.close()
  await drop()
})

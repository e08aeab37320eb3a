/**
 * A Ceph cluster that does not exist, as the exporter of its manager would give it: three hosts,
 * six OSDs, of which one died an hour ago, and pools. Its disks are those of the invented nodes.
 */
import type { Sample } from '#api/sample'
import type { Labels } from '#lib/labels'

const hosts = ['r1-n1', 'r2-n1', 'r3-n1']
const devices = ['sda', 'sdb']
const osds = hosts.flatMap((hostname, i) =>
  devices.map((device, j) => ({ hostname, device, osd: String(2 * i + j) })),
)
const pools = [
  { pool_id: '1', name: '.mgr', growth: 0 },
  { pool_id: '2', name: 'vms', growth: 2e6 },
  { pool_id: '3', name: 'backup', growth: 9e6 },
]
const dead = '3'
const deadForMs = 3_600_000
const version = 'ceph version 19.2.3 (c92aebb279828e9c3c1f5d24613efca272649e62) squid (stable)'

type Put = (name: string, value: number, labels?: Labels) => void

export function cephSamples(atMs: number, endMs: number): Sample[] {
  const samples: Sample[] = []
  const shared = { job: 'ceph', instance: 'ceph_cluster', cluster: 'demo' }
  const put: Put = (name, value, labels = {}) =>
    samples.push({ name, value, labels: { ...shared, ...labels } })
  const isIll = atMs > endMs - deadForMs
  const left = isIll ? 0.05 + (0.95 * (endMs - atMs)) / deadForMs : 0
  whole(put, { isIll, left })
  const illForSeconds = Math.max(0, (atMs - endMs + deadForMs) / 1000)
  for (const [i, osd] of osds.entries()) ofOsd(put, { ...osd, i, atMs, isIll, illForSeconds })
  for (const pool of pools) ofPool(put, { ...pool, atMs, endMs, isIll })
  return samples
}

interface State {
  readonly isIll: boolean
  /** Of the repair, from 1 to 0. */
  readonly left: number
}

function whole(put: Put, { isIll, left }: State): void {
  put('ceph_health_status', isIll ? 1 : 0)
  put('ceph_health_detail', isIll ? 1 : 0, { name: 'OSD_DOWN', severity: 'HEALTH_WARN' })
  put('ceph_health_detail', isIll ? 1 : 0, { name: 'PG_DEGRADED', severity: 'HEALTH_WARN' })
  put('ceph_health_detail', 0, { name: 'SLOW_OPS', severity: 'HEALTH_WARN' })
  put('ceph_healthcheck_slow_ops', 0)
  put('ceph_cluster_total_bytes', 24e12)
  put('ceph_cluster_total_used_bytes', 15e12)
  put('ceph_num_objects_degraded', Math.round(180_000 * left))
  put('ceph_num_objects_misplaced', Math.round(20_000 * left))
  put('ceph_num_objects_unfound', 0)
  for (const [i, host] of hosts.entries()) {
    const daemon = { ceph_daemon: `mon.${host}`, hostname: host }
    put('ceph_mon_quorum_status', 1, { ceph_daemon: `mon.${host}` })
    put('ceph_mon_metadata', 1, { ...daemon, ceph_version: version, rank: String(i) })
  }
  put('ceph_mgr_metadata', 1, { ceph_daemon: 'mgr.a', ceph_version: version })
  put('ceph_mds_metadata', 1, { ceph_daemon: 'mds.a', ceph_version: version })
  put('ceph_rgw_metadata', 1, { ceph_daemon: 'rgw.a', ceph_version: version })
}

interface Osd {
  readonly osd: string
  readonly hostname: string
  readonly device: string
  readonly i: number
  readonly atMs: number
  readonly isIll: boolean
  readonly illForSeconds: number
}

function ofOsd(put: Put, about: Osd): void {
  const { osd, hostname, device, i, atMs, isIll, illForSeconds } = about
  const of = { ceph_daemon: `osd.${osd}` }
  const isDead = isIll && osd === dead
  const seconds = Math.round(atMs / 1000)
  put('ceph_osd_up', isDead ? 0 : 1, of)
  put('ceph_osd_in', 1, of)
  put('ceph_osd_metadata', 1, { ...of, hostname, device_class: 'hdd', ceph_version: version })
  put('ceph_osd_stat_bytes', 4e12, of)
  put('ceph_osd_stat_bytes_used', (0.52 + 0.07 * i) * 4e12, of)
  put('ceph_osd_numpg', 90 + 7 * i, of)
  put('ceph_osd_recovery_ops', 40 * illForSeconds, of)
  for (const [kind, perSecond] of [
    ['r', 210],
    ['w', 80],
  ] as const) {
    const count = perSecond * (seconds % 10_000_000)
    put(`ceph_osd_op_${kind}_latency_count`, count, of)
    put(`ceph_osd_op_${kind}_latency_sum`, count * 0.004 * (1 + i), of)
  }
  const place = { osd, ...of, role: 'block', device, serial: `ZST-${hostname}-${device}` }
  put('zstone_ceph_osd_device', 1, { ...place, job: 'zstone', instance: hostname })
}

interface Pool {
  readonly pool_id: string
  readonly name: string
  readonly growth: number
  readonly atMs: number
  readonly endMs: number
  readonly isIll: boolean
}

function ofPool(put: Put, { pool_id, name, growth, atMs, endMs, isIll }: Pool): void {
  const of = { pool_id }
  const seconds = Math.round(atMs / 1000)
  const stored = 2e12 + (growth * (atMs - endMs)) / 1000 / 10
  put('ceph_pool_metadata', 1, { ...of, name, type: 'replicated' })
  put('ceph_pool_stored', stored, of)
  put('ceph_pool_max_avail', 2.6e12 - stored / 3, of)
  put('ceph_pool_percent_used', stored / (stored + 2.6e12), of)
  put('ceph_pool_objects', Math.round(stored / 4e6), of)
  for (const [metric, perSecond] of [
    ['rd', 400],
    ['wr', 150],
    ['rd_bytes', 3e7],
    ['wr_bytes', 1.2e7],
  ] as const)
    put(`ceph_pool_${metric}`, perSecond * (seconds % 10_000_000) * (1 + Number(pool_id)), of)
  const [total, ill] = [64, isIll && name !== '.mgr' ? 12 : 0]
  const counts = { total, active: total, clean: total - ill, degraded: ill, undersized: ill }
  const others = ['remapped', 'peering', 'stale', 'down', 'incomplete', 'inconsistent']
  const rest = Object.fromEntries(others.map((state) => [state, 0]))
  const tooFull = { backfill_toofull: 0, recovery_toofull: 0 }
  for (const [state, count] of Object.entries({ ...counts, ...rest, ...tooFull }))
    put(`ceph_pg_${state}`, count, of)
}

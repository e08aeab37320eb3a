/** What the manager of a Ceph cluster exports, each fact once: standbys may repeat it. */
import { ofCluster } from '../select.ts'

export const ofCeph = (metric: string, by = '') =>
  `max by (cluster${by === '' ? '' : `, ${by}`}) (${metric}{${ofCluster}})`

export const ofOsd = (metric: string) => ofCeph(metric, 'ceph_daemon')
export const osdRate = (metric: string) =>
  `max by (cluster, ceph_daemon) (rate(${metric}{${ofCluster}}[$__rate_interval]))`

/** Pools are numbers in most metrics; people know them by name. */
const withName = (expr: string) =>
  `(${expr}) * on (cluster, pool_id) group_left (name) ` +
  `max by (cluster, pool_id, name) (ceph_pool_metadata{${ofCluster}})`

export const ofPoolId = (metric: string) => withName(ofCeph(metric, 'pool_id'))
export const poolRate = (metric: string) =>
  withName(`max by (cluster, pool_id) (rate(${metric}{${ofCluster}}[$__rate_interval]))`)

/** An average of each OSD, which is all that they count: compare them, and watch the slowest. */
export const osdWait = (kind: 'r' | 'w') =>
  `${osdRate(`ceph_osd_op_${kind}_latency_sum`)} / (${osdRate(`ceph_osd_op_${kind}_latency_count`)} > 0)`

export const osdUse = `${ofOsd('ceph_osd_stat_bytes_used')} / (${ofOsd('ceph_osd_stat_bytes')} > 0)`

/** States of placement groups that call for something; a group may be in several. */
export const badStates = [
  ...['degraded', 'undersized', 'remapped', 'peering', 'stale', 'down', 'incomplete'],
  ...['inconsistent', 'backfill_toofull', 'recovery_toofull'],
]
export const groupsIn = (state: string) => `sum(${ofCeph(`ceph_pg_${state}`, 'pool_id')})`

/** Of a pool: what it can still take goes down as what it stores goes up. */
export const poolDaysToFull = withName(
  `${ofCeph('ceph_pool_max_avail', 'pool_id')} / ` +
    `(deriv((${ofCeph('ceph_pool_stored', 'pool_id')})[7d:1h]) > 0) / 86400`,
)

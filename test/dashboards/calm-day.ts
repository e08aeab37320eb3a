/** The same hosts on a day on which nothing happens: what a dashboard has to look calm on. */
import { around, type Course, flowing, held, rising, type Series, type Stroke } from './paint.ts'

const month = -31 * 24 * 3600

/** Four milliseconds on average: how quick the machine is that draws is not the point. */
function quick(series: Series): Course {
  const { le } = series.sample.labels
  const share = le === undefined || le === '+Inf' ? 1 : 1 - Math.exp(-Number(le) / 0.004)
  return flowing(1000 * share)(series)
}

/** In place of the bad day's; what neither names is as it is on any day. */
export const calm: readonly Stroke[] = [
  { of: /^smartctl_device_smart_status/, course: held(1) },
  { of: /^smartctl_device_attribute.*attribute_id="(5|197|198)".*raw/, course: held(0) },
  { of: /^zstone_device_failure_risk_ratio/, course: ({ own }) => held(0.02 + 0.05 * own)() },
  { of: /^zstone_engine_data_disk_state.*state="in"/, course: held(1) },
  { of: /^zstone_engine_data_disk_state/, course: held(0) },
  {
    of: /^zstone_engine_data_disk_used_bytes/,
    course: ({ own }) =>
      rising([month, 8e12 * (0.5 + 0.1 * own)], [0, 8e12 * (0.53 + 0.1 * own)])(),
  },
  { of: /^zstone_engine_pool_objects_(degraded|misplaced|unavailable)/, course: held(0) },
  { of: /^zstone_engine_pool_placement_groups.*state="clean"/, course: held(64) },
  { of: /^zstone_engine_(pool_placement_groups|recovery)/, course: held(0) },
  { of: /^zstone_engine_(scrub_(errors|repaired)|data_disk_errors)_total/, course: held(0) },
  { of: /^zstone_engine_operations_total.*result="error"/, course: held(0) },
  { of: /^zstone_engine_operation_seconds/, course: quick },
  {
    of: /^node_filesystem_avail_bytes/,
    course: ({ own }) => rising([month, 2.6e11], [0, 2.4e11 + 1e10 * own])(),
  },
  { of: /^node_disk_(read|write)_time_seconds_total/, course: flowing(0.9) },
  { of: /^node_network_\w+_(errs|drop)_total/, course: held(3) },
  { of: /^node_network_mtu_bytes/, course: held(9000) },
  { of: /^zstone_collector_success/, course: held(1) },
  { of: /^zstone_(collector_duration_seconds|agent_tick_seconds)/, course: around(0.04, 0.6) },
  { of: /^alertmanager_(silences|notifications_failed_total)/, course: held(0) },
  { of: /^zstone_alertmanager_(path_)?notifications_/, course: held(0) },
  { of: /^zstone_alertmanager_path_failing_seconds/, course: held(0) },
  { of: /^zstone_master_jobs\{/, course: held(0) },
]

/**
 * A bad day of six hosts: a disk fails and is drained, a data disk and a file system fill, a host
 * falls silent, a link breaks frames, a receiver does not answer. For pictures: what is real are
 * the names and labels, which collectors, engine and server gave; the courses are invented.
 */
import {
  around,
  asBefore,
  bursts,
  type Course,
  flowing,
  held,
  rising,
  type Series,
  type Stroke,
  stepping,
  whole,
} from './paint.ts'

const hour = 3600
const day = 24 * hour
/** The disk that fails: when SMART says so, when it is drained, when it is out. */
const failing = { fromS: -2 * hour, saidS: -5000, drainingS: -4800 }
const silentS = -1500
const silent = 'instance="r3-n2"'

const timesOfHosts = /^(push_time_seconds|zstone_agent_push_last_success_timestamp_seconds)/
const failingDisk = (name: string) =>
  new RegExp(`^${name}\\{.*(data_disk="r1-n1-sda"|device="sda".*instance="r1-n1")`)

/** The first that fits; what none fits stays as it is, or flows on. */
const strokes: readonly Stroke[] = [
  // Time itself.
  { of: timesOfHosts, isTime: true, course: () => (t) => Math.floor((t - 4) / 15) * 15 },
  { of: /_timestamp_seconds\{/, isTime: true, course: () => (t) => Math.floor(t / 60) * 60 - 7 },
  {
    of: /^node_boot_time_seconds/,
    isTime: true,
    course: ({ own }) => held(-(20 + 60 * own) * day)(),
  },

  // The disk that fails.
  { of: failingDisk('smartctl_device_smart_status'), course: stepping([-99, 1], [0, 0]) },
  ...drain(),

  // Data disks.
  { of: /^zstone_engine_data_disk_size_bytes/, course: held(8e12) },
  { of: /used_bytes\{.*data_disk="r2-n1-sdb"/, course: filling(8e12, [0.8, 0.958]) },
  {
    of: /^zstone_engine_data_disk_used_bytes/,
    course: (series) => filling(8e12 * (0.6 + 0.25 * series.own), [0.94, 1])(),
  },
  {
    of: /^zstone_engine_data_disk_errors_total.*r1-n1-sda.*read/,
    course: bursts(0.05, [-7000, 0]),
  },
  { of: /^zstone_engine_data_disk_up/, course: held(1) },

  // Pools and their clients.
  { of: /^zstone_engine_pool_bytes/, course: ({ own }) => filling(9e12 * (0.5 + own), [0.9, 1])() },
  {
    of: /^zstone_engine_pool_objects\{/,
    course: ({ own }) => filling(2.1e6 * (0.5 + own), [0.9, 1])(),
  },
  { of: /^zstone_engine_operations_total.*result="error"/, course: bursts(2, [-4700, -4100]) },
  { of: /^zstone_engine_operations_total.*get/, course: flowing(1800) },
  { of: /^zstone_engine_operations_total.*put/, course: flowing(620) },
  { of: /^zstone_engine_operation_seconds/, course: scaledTo(3000) },
  {
    of: /^zstone_engine_scrub_(errors|repaired)_total.*gold/,
    course: stepping([-99e6, 0], [-9000, 2]),
  },
  { of: /^zstone_engine_gateway_requests/, course: scaledTo(3000) },

  // Hosts.
  { of: /^node_cpu_seconds_total.*mode="idle"/, course: flowing(0.66, 0.08) },
  { of: /^node_cpu_seconds_total.*mode="user"/, course: flowing(0.16) },
  { of: /^node_cpu_seconds_total.*mode="system"/, course: flowing(0.07) },
  { of: /^node_cpu_seconds_total.*mode="(iowait|softirq)"/, course: flowing(0.02) },
  { of: /^node_cpu_seconds_total/, course: flowing(0.001) },
  { of: /^node_load1/, course: around(2.2, 0.5) },
  { of: /^node_memory_MemAvailable_bytes.*"r/, course: around(3.9e10, 0.15) },
  { of: /^node_memory_Cached_bytes/, course: around(2.2e10, 0.2) },
  { of: /^node_memory_Dirty_bytes/, course: around(9e7, 0.8) },
  { of: /^node_pressure_(cpu|io)_/, course: flowing(0.05, 0.9) },
  { of: /^node_pressure_memory_/, course: flowing(0.0005) },
  { of: /^node_vmstat_(pswpin|pswpout|oom_kill)/, course: held(0) },
  { of: /^node_vmstat_pgmajfault/, course: flowing(3) },
  { of: /^node_filesystem_avail_bytes.*r2-n2/, course: rising([-9 * day, 1.1e11], [0, 1.3e10]) },
  {
    of: /^node_filesystem_avail_bytes/,
    course: ({ own }) => rising([-31 * day, 2.6e11], [0, 1e11 + 1e11 * own])(),
  },
  { of: /^node_disk_(reads|writes)_completed_total/, course: flowing(140) },
  { of: /^node_disk_(read|written)_bytes_total/, course: flowing(2.4e7) },
  { of: /^node_disk_(read|write)_time_seconds_total\{.*device="sda".*r1-n1/, course: slow(0.9, 9) },
  { of: /^node_disk_(read|write)_time_seconds_total/, course: flowing(0.9) },
  { of: /^node_disk_io_time_seconds_total/, course: flowing(0.25) },
  { of: /^node_disk_io_time_weighted_seconds_total/, course: flowing(0.8) },
  { of: /^node_network_(receive|transmit)_bytes_total/, course: flowing(6.5e8) },
  { of: /^node_network_(receive|transmit)_packets_total/, course: flowing(2.1e5) },
  { of: /^node_network_receive_errs_total\{.*eth1.*r2-n1/, course: bursts(420, [-3000, 0]) },
  { of: /^node_network_\w+_(errs|drop)_total/, course: held(3) },
  { of: /^node_netstat_Tcp_OutSegs/, course: flowing(2e5) },
  { of: /^node_netstat_Tcp_RetransSegs/, course: flowing(40) },
  { of: /^node_netstat_TcpExt_ListenOverflows/, course: held(4) },
  { of: /^node_softnet_(dropped|times_squeezed)_total/, course: flowing(0.02) },
  { of: /^node_infiniband_port_data_\w+_bytes_total/, course: flowing(4e8) },

  // Devices.
  { of: /^smartctl_device_temperature.*nvme.*current/, course: around(52, 0.06) },
  { of: /^smartctl_device_temperature.*current/, course: around(39, 0.05) },
  {
    of: /^zstone_device_failure_risk_ratio.*(sda|sdc)/,
    course: ({ own }) => held(0.02 + 0.05 * own)(),
  },
  { of: /^smartctl_device_attribute.*attribute_id="(5|197|198)".*raw.*sd[ac]/, course: held(0) },
  {
    of: /^zstone_device_wear_percent/,
    course: ({ own }) => rising([-31 * day, 30 * own + 38], [0, 30 * own + 41])(),
  },
  { of: /^zstone_device_wear_days_left.*low/, course: ({ own }) => held(180 + 400 * own)() },
  { of: /^zstone_device_wear_days_left.*median/, course: held(900) },
  { of: /^zstone_device_wear_days_left.*high/, course: held(1600) },
  { of: /^node_(ipmi|hwmon)_temp\w*_celsius.*/, course: (s) => around(s.sample.value, 0.04)(s) },
  { of: /^zstone_bmc_power_watts/, course: around(310, 0.1) },
  { of: /^node_ipmi_speed_rpm/, course: around(7200, 0.05) },
  { of: /^node_hwmon_fan_rpm/, course: around(4100, 0.05) },

  // The monitoring itself.
  { of: /^zstone_collector_duration_seconds/, course: around(0.04, 0.6) },
  { of: /^zstone_agent_tick_seconds/, course: around(0.6, 0.3) },
  { of: /^zstone_agent_clock_offset_seconds/, course: around(0.004, 0.9) },
  { of: /^prometheus_rule_group_last_duration/, course: around(0.02, 0.5) },
  { of: /^zstone_promql_series\{/, course: around(14_200, 0.01) },
  { of: /^process_resident_memory_bytes/, course: around(2.6e8, 0.08) },
  { of: /^pushgateway_http_requests_total.*20.*push/, course: flowing(0.45) },
  { of: /^alertmanager_silences.*active/, course: stepping([-99e6, 0], [-4 * hour, 1]) },
  {
    of: /^zstone_alertmanager_path_failing_seconds.*index="1"/,
    course: () => (t) => Math.max(0, t + 1260),
  },
  { of: /^zstone_alertmanager_path_failing_seconds/, course: held(0) },
  { of: /^zstone_master_jobs\{.*running/, course: stepping([-99e6, 0], [failing.drainingS, 1]) },
  {
    of: /^zstone_master_jobs_finished_total.*succeeded.*(drain device|verify pool)/,
    course: daily(),
  },
]

/** Half a day's pace, so that some end within the day. */
function daily() {
  return ({ own }: Series): Course =>
    (t) =>
      12 + Math.floor((t + own * day) / (5 * hour))
}

function drain(): Stroke[] {
  const { drainingS } = failing
  const state = (name: string, from: number, to: number) => ({
    of: new RegExp(`^zstone_engine_data_disk_state.*r1-n1-sda.*state="${name}"`),
    course: stepping([-99e6, from], [drainingS, to]),
  })
  const inGold = '\\{.*pool="gold"'
  return [
    ...[state('in', 1, 0), state('draining', 0, 1), state('out', 0, 0), state('failed', 0, 0)],
    { of: /^zstone_engine_data_disk_state.*state="in"/, course: held(1) },
    { of: /^zstone_engine_data_disk_state/, course: held(0) },
    {
      of: failingDisk('zstone_device_failure_risk_ratio'),
      course: rising([failing.fromS, 0.03], [failing.saidS, 0.99]),
    },
    {
      of: /^smartctl_device_attribute.*attribute_id="(5|197)".*raw.*sda.*r1-n1"/,
      course: whole(rising([failing.fromS, 0], [0, 312])),
    },
    {
      of: new RegExp(`^zstone_engine_pool_objects_degraded${inGold}`),
      course: whole(repairing(412_000)),
    },
    {
      of: new RegExp(`^zstone_engine_pool_objects_misplaced${inGold}`),
      course: whole(repairing(38_000)),
    },
    {
      of: new RegExp(`^zstone_engine_pool_placement_groups${inGold}.*degraded`),
      course: whole(repairing(29)),
    },
    {
      of: new RegExp(`^zstone_engine_pool_placement_groups${inGold}.*clean`),
      course: (s) => (t) => 64 - whole(repairing(29))(s)(t),
    },
    { of: /^zstone_engine_recovery_groups_left/, course: whole(repairing(31)) },
    { of: /^zstone_engine_recovery_bytes_total/, course: bursts(3.6e8, [drainingS, 0]) },
  ]
}

/** Nothing, then much, then less and less: a little is left now. */
function repairing(most: number) {
  return (): Course => (t) =>
    t < failing.drainingS ? 0 : most * (0.06 + 0.94 * Math.max(0, -t / -failing.drainingS))
}

/** A share of the size, growing over a month. */
function filling(size: number, [from, to]: readonly [number, number]) {
  return rising([-31 * day, size * from], [0, size * to])
}

/** A counter that grows ever so much faster since the disk fails. */
function slow(perSecond: number, times: number) {
  return ({ swayed }: Series): Course =>
    (t) =>
      perSecond * (t + 0.3 * swayed(t) + 40 * day + times * Math.max(0, t - failing.fromS))
}

function scaledTo(times: number) {
  return (series: Series) => asBefore({ ...series, rate: series.rate * times })
}

/** What a series of now, in seconds, was before; `calm` goes before what is bad. */
export function courseOf(series: Series, nowS: number, calm: readonly Stroke[] = []): Course {
  const stroke = [...calm, ...strokes].find(({ of }) => of.test(series.text))
  const found = (stroke?.course ?? asBefore)(series)
  const course: Course = stroke?.isTime === true ? (t) => nowS + found(t) : found
  if (calm.length > 0) return course
  // What a silent host pushed last stands in the gateway.
  return series.text.includes(silent) ? (t) => course(Math.min(t, silentS)) : course
}

/**
 * Samples of a Ceph cluster that something happens to all the time: monitors, OSDs and managers go
 * and come back, scrapes fail, checks begin and end, pools fill. By the names of the manager's
 * module prometheus and of the gateways' exporter, in promtool's notation.
 */
import type { Random } from '#lib/random'

export interface InputSeries {
  readonly series: string
  readonly values: string
}

export interface HistoryOptions {
  readonly random: Random
  readonly steps: number
  /** Names of health checks that may turn on. */
  readonly checks: readonly string[]
}

export function cephHistory({ random, steps, checks }: HistoryOptions): readonly InputSeries[] {
  const world = createWorld(random, checks)
  const recorder = createRecorder()
  for (let step = 0; step < steps; step++) {
    world.live(step)
    recorder.add(step, [...ofManager(world), ...ofGateways(world)])
  }
  return recorder.series()
}

type Sample = readonly [name: string, labels: string, value: number]

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => prefix + i)
const [mons, osds, pools] = [names('mon.', 3), names('osd.', 12), names('', 3)]
const outAfterSteps = 40
const stepSeconds = 15

type World = ReturnType<typeof createWorld>

function createWorld(random: Random, checks: readonly string[]) {
  const down = createSwitches(random, [...mons, ...osds, 'manager'], { on: 0.01, off: 0.03 })
  const active = createSwitches(random, checks, { on: 0.004, off: 0.02 })
  const trouble = ['slow', 'maintenance', 'hot', 'gateway', 'growth', 'job']
  const ill = createSwitches(random, trouble, { on: 0.01, off: 0.03 })
  const world = {
    step: 0,
    used: 0.5,
    /** What gateways count. */
    counted: { bytes: 0, busySeconds: 0, reads: 0, readSeconds: 0 },
    /** A scrape that fails, by chance. */
    answers: true,
    checks: [...checks, 'MON_DOWN', 'OSD_DOWN'],
    isDown: down.isOn,
    isIll: ill.isOn,
    isOut: (osd: string) => world.step - (down.since(osd) ?? world.step) > outAfterSteps,
    isFailing(check: string): boolean {
      if (check === 'MON_DOWN') return mons.some(down.isOn)
      if (check === 'OSD_DOWN') return osds.some((osd) => down.isOn(osd) && !world.isOut(osd))
      return active.isOn(check)
    },
    live(step: number) {
      world.step = step
      world.answers = random.fraction() > 0.02
      for (const switches of [down, active, ill]) switches.live(step)
      if (ill.isOn('growth')) world.used = Math.min(0.99, world.used + 0.002)
      const load = ill.isOn('gateway') ? 10 : 1
      world.counted.bytes += 1e8 * load
      world.counted.busySeconds += 1.4 * load
      world.counted.reads += 300
      world.counted.readSeconds += 0.5 * load
    },
  }
  return world
}

/** What is so for a while: it begins and ends by chance, at each step. */
function createSwitches(
  random: Random,
  keys: readonly string[],
  chance: { readonly on: number; readonly off: number },
) {
  const since = new Map<string, number>()
  return {
    isOn: (key: string) => since.has(key),
    since: (key: string) => since.get(key),
    live(step: number) {
      for (const key of keys) {
        const isOn = since.has(key)
        if (random.fraction() > (isOn ? chance.off : chance.on)) continue
        if (isOn) since.delete(key)
        else since.set(key, step)
      }
    },
  }
}

/** The active manager tells of everything; `instance` says which one it is. */
function ofManager(world: World): readonly Sample[] {
  const place = `cluster="c1",instance="${world.isDown('manager') ? 'm2' : 'm1'}:9283"`
  const up: Sample = ['up', `job="ceph",${place}`, world.answers ? 1 : 0]
  if (world.isIll('job')) return []
  if (!world.answers) return [up]
  return [
    up,
    ...ofCluster(world, place),
    ...osds.flatMap((osd, i) => ofOsd(world, `${place},ceph_daemon="${osd}"`, i)),
    ...pools.flatMap((pool) => ofPool(world, `${place},pool_id="${pool}"`, pool)),
  ]
}

function ofCluster(world: World, place: string): readonly Sample[] {
  const failing = world.checks.filter(world.isFailing)
  const level = failing.some((check) => /FULL|DAMAGE|UNFOUND/.test(check)) ? 2 : 1
  const unit = `${place},hostname="h1",component="u1"`
  const [slow, hot] = [world.isIll('slow') ? 2 : 0, world.isIll('hot')]
  return [
    ['ceph_health_status', place, failing.length === 0 ? 0 : level],
    ...world.checks.map((check): Sample => {
      return ['ceph_health_detail', `${place},name="${check}"`, failing.includes(check) ? 1 : 0]
    }),
    ...mons.flatMap((mon): Sample[] => [
      ['ceph_mon_metadata', `${place},ceph_daemon="${mon}",hostname="h1"`, 1],
      ['ceph_mon_quorum_status', `${place},ceph_daemon="${mon}"`, world.isDown(mon) ? 0 : 1],
    ]),
    ['ceph_healthcheck_slow_ops', place, slow],
    ['ceph_daemon_health_metrics', `${place},type="SLOW_OPS",ceph_daemon="osd.3"`, slow],
    ['ceph_osd_flag_noout', place, world.isIll('maintenance') ? 1 : 0],
    ['ceph_hardware_health', `${unit},category="power"`, hot ? 1 : 0],
    ['ceph_hardware_health', `${unit},category="fans"`, hot ? 2 : 0],
    ['ceph_hardware_temperature_celsius', `${unit},sensor_name="P1_CPU_TEMP"`, hot ? 88 : 50],
  ]
}

function ofOsd(world: World, labels: string, i: number): readonly Sample[] {
  const osd = `osd.${i}`
  const isHdd = i < 6
  const more = `${labels},hostname="h${i % 4}",device_class="${isHdd ? 'hdd' : 'ssd'}"`
  return [
    ['ceph_osd_up', labels, world.isDown(osd) ? 0 : 1],
    ['ceph_osd_in', labels, world.isOut(osd) ? 0 : 1],
    ['ceph_osd_metadata', more, 1],
    ['ceph_osd_numpg', labels, i % 6 === 0 ? 160 : 90 + i],
    ['ceph_osd_stat_bytes', labels, isHdd ? 4e12 : (1 + (i % 2)) * 1e12],
  ]
}

function ofPool(world: World, labels: string, pool: string): readonly Sample[] {
  const lost = osds.filter(world.isDown).length
  return [
    ['ceph_pool_metadata', `${labels},name="pool${pool}"`, 1],
    ['ceph_pool_percent_used', labels, world.used / (1 + Number(pool))],
    ['ceph_pg_total', labels, 64],
    ['ceph_pg_active', labels, 64 - (lost > 3 ? lost : 0)],
    ['ceph_pg_clean', labels, 64 - 3 * lost],
  ]
}

function ofGateways({ step, counted, isIll }: World): readonly Sample[] {
  const place = 'cluster="c1",instance="g1:10008"'
  const image = 'cluster="c1",ceph_daemon="rbd-mirror.1",image="vm",namespace="",pool="rbd"'
  const mirror = 'ceph_rbd_mirror_snapshot_image'
  const [bad, now] = [isIll('gateway'), step * stepSeconds]
  const link = `${place},device="eth0",operstate="${bad ? 'down' : 'up'}",duplex="full"`
  return [
    ['ceph_nvmeof_gateway_info', `${place},group="g",version="1.5"`, 1],
    ['ceph_nvmeof_reactor_seconds_total', `${place},name="p",mode="busy"`, counted.busySeconds],
    ['ceph_nvmeof_bdev_reads_completed_total', `${place},bdev_name="b"`, counted.reads],
    ['ceph_nvmeof_bdev_read_seconds_total', `${place},bdev_name="b"`, counted.readSeconds],
    ['ceph_nvmeof_subsystem_listener_iface_info', link, 1],
    ['ceph_nvmeof_subsystem_listener_count', `${place},nqn="n"`, bad ? 0 : 1],
    ['ceph_nvmeof_host_keepalive_timeout', `${place},nqn="n",host_nqn="h"`, bad ? 1 : 0],
    ['ceph_rbd_mirror_journal_replay_bytes', image, counted.bytes],
    [`${mirror}_remote_timestamp`, image, now],
    [`${mirror}_local_timestamp`, image, bad ? 0 : now],
  ]
}

/** A series that its target no longer shows ends with a marker. */
function createRecorder() {
  const columns = new Map<string, string[]>()
  return {
    add(step: number, samples: readonly Sample[]) {
      for (const [name, labels, value] of samples) {
        const key = `${name}{${labels}}`
        const column = columns.get(key) ?? Array<string>(step).fill('_')
        columns.set(key, column)
        column.push(String(value))
      }
      for (const column of columns.values())
        if (column.length === step) column.push(/\d/.test(column.at(-1) ?? '') ? 'stale' : '_')
    },
    series: (): readonly InputSeries[] =>
      [...columns].map(([series, values]) => ({ series, values: values.join(' ') })),
  }
}

/** The engine's metrics, as samples. `bin` gives each node's agent its disks, and one the pools. */
import type { MetricFamily, MetricType, Sample } from '#api/sample'
import type { Labels } from '#lib/labels'
import { type DataDiskStatus, dataDiskStates, type Engine, type EngineStatus } from './engine.ts'

type EngineView = Pick<Engine, 'status'>

/** Everything: data disks, pools, operations. */
export function engineFamilies(engine: EngineView): MetricFamily[] {
  const status = engine.status()
  return [...diskFamiliesOf(status.dataDisks), ...clusterFamiliesOf(status)]
}

/** The data disks of one node. */
export function diskFamilies(engine: EngineView, node: string): MetricFamily[] {
  return diskFamiliesOf(engine.status().dataDisks.filter((disk) => disk.node === node))
}

/** What belongs to no node: pools, recovery, operations, the map. Pushed by one. */
export function clusterFamilies(engine: EngineView): MetricFamily[] {
  return clusterFamiliesOf(engine.status())
}

interface Described {
  readonly name: string
  readonly type: MetricType
  readonly help: string
}

function diskFamiliesOf(disks: readonly DataDiskStatus[]): MetricFamily[] {
  return [
    family(
      gauge('zstone_engine_data_disk_up', 'Whether the data disk answers.'),
      disks.map((disk) => [labelsOf(disk), disk.up ? 1 : 0]),
    ),
    family(
      gauge('zstone_engine_data_disk_state', 'State of the data disk: 1 at the one it is in.'),
      disks.flatMap((disk) =>
        dataDiskStates.map(
          (state) => [{ ...labelsOf(disk), state }, disk.state === state ? 1 : 0] as const,
        ),
      ),
    ),
    family(
      gauge('zstone_engine_data_disk_size_bytes', 'How much the data disk may hold.'),
      disks.map((disk) => [labelsOf(disk), disk.sizeBytes]),
    ),
    family(
      gauge('zstone_engine_data_disk_used_bytes', 'What the data disk holds, garbage included.'),
      disks.map((disk) => [labelsOf(disk), disk.usedBytes]),
    ),
    family(
      counter('zstone_engine_data_disk_errors_total', 'Errors of the data disk by what was tried.'),
      disks.flatMap(({ id, node, errors }) =>
        errorOperations.map(
          (operation) => [{ data_disk: id, node, operation }, errors[operation] ?? 0] as const,
        ),
      ),
    ),
  ]
}

/** Each is shown from the start, at 0: a counter that first appears at 1 shows no increase. */
const errorOperations = ['write', 'read', 'probe', 'map', 'open']

function clusterFamiliesOf(status: EngineStatus): MetricFamily[] {
  const { pools, recovery, mapEpoch } = status
  const byPool = (read: (pool: EngineStatus['pools'][number]) => number) =>
    pools.map((pool) => [{ pool: pool.name }, read(pool)] as const)
  return [
    family(
      gauge('zstone_engine_pool_objects', 'Objects in the pool.'),
      byPool((pool) => pool.objects),
    ),
    family(
      gauge(
        'zstone_engine_pool_objects_degraded',
        'Objects with fewer copies than the pool wants.',
      ),
      byPool((pool) => pool.objectsDegraded),
    ),
    family(
      gauge(
        'zstone_engine_pool_objects_unavailable',
        'Objects that no up-to-date copy answers for.',
      ),
      byPool((pool) => pool.objectsUnavailable),
    ),
    family(
      gauge(
        'zstone_engine_pool_objects_misplaced',
        'Objects with enough copies, some not where they should be.',
      ),
      byPool((pool) => pool.objectsMisplaced),
    ),
    family(
      gauge('zstone_engine_pool_placement_groups', 'Placement groups of the pool by state.'),
      pools.flatMap(({ name, groups }) =>
        Object.entries(groups).map(([state, count]) => [{ pool: name, state }, count] as const),
      ),
    ),
    family(
      gauge('zstone_engine_pool_bytes', 'Payload of one copy of each object of the pool.'),
      byPool((pool) => pool.bytes),
    ),
    family(
      counter('zstone_engine_scrub_errors_total', 'Bad copies that reads and scrubs found.'),
      byPool((pool) => pool.scrubErrors),
    ),
    family(
      counter('zstone_engine_scrub_repaired_total', 'Bad copies that were mended from a good one.'),
      byPool((pool) => pool.scrubRepaired),
    ),
    family(counter('zstone_engine_recovery_bytes_total', 'Payload that recovery has copied.'), [
      [{}, recovery.bytesCopied],
    ]),
    family(
      gauge(
        'zstone_engine_recovery_groups_left',
        'Placement groups that recovery still has to settle.',
      ),
      [[{}, recovery.groupsLeft]],
    ),
    family(gauge('zstone_engine_map_epoch', 'Epoch of the cluster map.'), [[{}, mapEpoch]]),
    ...operationFamilies(status),
  ]
}

function operationFamilies({ operations, durations }: EngineStatus): MetricFamily[] {
  return [
    family(
      counter('zstone_engine_operations_total', 'Operations of clients by result.'),
      operations.map(({ pool, operation, result, count }) => [{ pool, operation, result }, count]),
    ),
    {
      name: 'zstone_engine_operation_seconds',
      type: 'histogram',
      help: 'Time an operation took.',
      samples: durations.flatMap(histogramSamples),
    },
  ]
}

function histogramSamples({
  operation,
  buckets,
  count,
  sumSeconds,
}: EngineStatus['durations'][number]): Sample[] {
  const name = 'zstone_engine_operation_seconds'
  const bucket = (le: string, value: number) => ({
    name: `${name}_bucket`,
    labels: { operation, le },
    value,
  })
  return [
    ...buckets.map(([bound, below]) => bucket(String(bound), below)),
    bucket('+Inf', count),
    { name: `${name}_sum`, labels: { operation }, value: sumSeconds },
    { name: `${name}_count`, labels: { operation }, value: count },
  ]
}

function labelsOf({ id, node, rack, device }: DataDiskStatus): Labels {
  return { data_disk: id, node, rack, device }
}

function family(
  { name, type, help }: Described,
  values: readonly (readonly [labels: Labels, value: number])[],
): MetricFamily {
  return { name, type, help, samples: values.map(([labels, value]) => ({ name, labels, value })) }
}

function gauge(name: string, help: string): Described {
  return { name, type: 'gauge', help }
}

function counter(name: string, help: string): Described {
  return { name, type: 'counter', help }
}

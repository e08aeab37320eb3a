/** The variables that a dashboard may have, in the order in which they stand on its top. */
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { datasource } from './forms/datasource.ts'
import { ofCluster, ofHost } from './select.ts'

/** `one`: a dashboard of one object begins with the first, not with all. */
export type Variable = 'host' | 'one host' | 'disk' | 'one disk' | 'pool' | 'topk'

/** Every dashboard has the first two. */
export function variables(wanted: readonly Variable[]): VariableModel[] {
  const source = new DatasourceVariableBuilder('datasource').label('Data source')
  return [source.type('prometheus').build(), cluster(), ...wanted.map((name) => build[name]())]
}

const cluster = () =>
  query('cluster', 'Cluster', 'label_values(push_time_seconds, cluster)')
    .allValue('.*') // Series of a Prometheus of one cluster have no such label.
    .build()

const build: Readonly<Record<Variable, () => VariableModel>> = {
  host: () => host().build(),
  'one host': () => one(host()),
  disk: () => disk().build(),
  'one disk': () => one(disk()),
  pool: () =>
    query('pool', 'Pool', `label_values(zstone_engine_pool_objects{${ofCluster}}, pool)`).build(),
  topk: () =>
    new CustomVariableBuilder('topk')
      .label('Top')
      .description('So many of the largest are shown where all would be too many.')
      .values('5,10,20,50')
      .current({ selected: true, text: '10', value: '10' })
      .build(),
}

const host = () => query('host', 'Host', `label_values(zstone_agent_info{${ofCluster}}, instance)`)
const disk = () => query('disk', 'Disk', `label_values(zstone_device_readable{${ofHost}}, device)`)

/** Without a current value Grafana takes the first. */
function one(of: QueryVariableBuilder): VariableModel {
  const { allValue: _, current: __, ...built } = of.includeAll(false).build()
  return built
}

function query(name: string, label: string, text: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .query(text)
    .definition(text)
    .datasource(datasource)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
}

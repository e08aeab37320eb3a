/** The first screen on call: is data safe, is anything firing, and how old is what we see. */
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { course, figure } from './panel.ts'

export function clusterDashboard(): Dashboard {
  return new DashboardBuilder('ZStone / Cluster')
    .uid('stor-cluster')
    .description('Safety of the data, state of the disks, and age of what is shown.')
    .tags(['storage'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .annotation(firingAlerts())
    .withRow(new RowBuilder('Highlights'))
    .withPanel(figure(firing))
    .withPanel(figure(disksDown))
    .withPanel(figure(degraded))
    .withPanel(figure(unavailable))
    .withPanel(figure(fullest))
    .withPanel(figure(dataAge))
    .withRow(new RowBuilder('Repair'))
    .withPanel(course(degradedCourse))
    .withPanel(course(recovery))
    .withRow(new RowBuilder('Clients'))
    .withPanel(course(operations))
    .withPanel(course(latency))
    .build()
}

const firing = {
  title: 'Firing alerts',
  description: 'Alerts that fire now. Each has a runbook, linked from the alert itself.',
  unit: 'short',
  expr: 'count(ALERTS{alertstate="firing"}) or vector(0)',
  badFrom: 1,
}

const disksDown = {
  title: 'Data disks down',
  description: 'Data disks in service that do not answer. Their copies are rebuilt elsewhere.',
  unit: 'short',
  expr: 'count(zstone_engine_data_disk_up == 0) or vector(0)',
  badFrom: 1,
}

const degraded = {
  title: 'Objects with too few copies',
  description: 'Objects that another failure could cost. Falls to zero as the repair proceeds.',
  unit: 'short',
  expr: 'sum(zstone_engine_pool_objects_degraded)',
  badFrom: 1,
}

const unavailable = {
  title: 'Objects unavailable',
  description: 'Objects with no good copy in reach. Bring back a disk that held them.',
  unit: 'short',
  expr: 'sum(zstone_engine_pool_objects_unavailable)',
  badFrom: 1,
}

const fullest = {
  title: 'Fullest data disk',
  description: 'The fullest disk, not the average, decides when a pool stops taking writes.',
  unit: 'percentunit',
  expr: 'max(zstone_engine_data_disk_used_bytes / zstone_engine_data_disk_size_bytes)',
  badFrom: 0.85,
}

const dataAge = {
  title: 'Age of the oldest data',
  description: 'Time since the node that has been silent longest last pushed.',
  unit: 's',
  expr: 'max(time() - push_time_seconds{job="zstone"})',
  badFrom: 60,
}

const degradedCourse = {
  title: 'Objects with too few copies',
  description: 'By pool. A level that does not fall means that the repair is stuck.',
  unit: 'short',
  expr: 'sum by (pool) (zstone_engine_pool_objects_degraded)',
  legend: '{{pool}}',
}

const recovery = {
  title: 'Recovery traffic',
  description: 'Bytes per second copied to restore redundancy, under its configured limit.',
  unit: 'Bps',
  expr: 'rate(zstone_engine_recovery_bytes_total[$__rate_interval])',
  legend: 'recovery',
}

const operations = {
  title: 'Client operations',
  description: 'Operations per second by kind and result.',
  unit: 'ops',
  expr: 'sum by (operation, result) (rate(zstone_engine_operations_total[$__rate_interval]))',
  legend: '{{operation}} {{result}}',
}

const latency = {
  title: 'Client latency, p99',
  description: 'The slowest hundredth of operations by kind.',
  unit: 's',
  expr:
    'histogram_quantile(0.99, sum by (operation, le) ' +
    '(rate(zstone_engine_operation_seconds_bucket[$__rate_interval])))',
  legend: '{{operation}}',
}

function firingAlerts(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource({ type: 'prometheus', uid: '$datasource' })
    .enable(true)
    .iconColor('red')
    .expr('ALERTS{alertstate="firing"}')
}

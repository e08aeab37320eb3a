/** One word for how something is: what fires decides, and only while somebody judges. */
import { ofSeverity } from './firing.ts'
import { words } from './forms/states.ts'
import { ofCluster } from './select.ts'

/** 2 critical, 1 warning, 0 well; absent where nothing is judged. */
export const clusterHealth =
  `max by (cluster) (2 * ${ofSeverity('critical')} or 1 * ${ofSeverity('warning')} ` +
  `or 0 * ALERTS{alertname="DeadMansSwitch",${ofCluster}})`

/** Of nodes, which alerts call `instance` or `node`. */
export const hostHealth =
  `max by (cluster, instance) (2 * ${ofNode('critical')} or 1 * ${ofNode('warning')} ` +
  `or 0 * zstone_agent_info{${ofCluster},instance=~"$host"})`

function ofNode(severity: string): string {
  const named = `label_replace(${ofSeverity(severity)}, "instance", "$1", "node", "(.+)")`
  return `${named} and on (cluster, instance) zstone_agent_info{${ofCluster},instance=~"$host"}`
}

export const healthWords = words(
  [0, 'well', 'green'],
  [1, 'warning', 'orange'],
  [2, 'critical', 'red'],
)

/** For colours where words are mapped: from 1 a warning, from 2 critical. */
export const healthLimit = { alert: 'DeadMansSwitch', warnFrom: 1, badFrom: 2 }

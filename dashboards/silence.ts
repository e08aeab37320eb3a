/** What a host said last stands in the pushgateway: old as it is, it is not shown. */
import { limits } from './limits.ts'
import { ofCluster, ofHost } from './select.ts'

/** Seconds since each host said something. */
export const age = `time() - push_time_seconds{job="zstone",${ofHost}}`

/** Looked at when it was scraped: the time until the next scrape is no silence of the host. */
function silent(hosts: string): string {
  const said = `push_time_seconds{job="zstone",${hosts}}`
  return `(timestamp(${said}) - ${said} > ${limits.nodeSilent.badFrom})`
}

/** Of series with the label `instance`. Hosts that a Prometheus scrapes itself push nothing. */
export const unlessSilent = (expr: string, hosts = ofHost) =>
  `(${expr}) unless on (cluster, instance) ${silent(hosts)}`

/** What hosts know alike, from those that speak: when all are silent, no pool stays clean. */
export const told = (expr: string) => unlessSilent(expr, ofCluster)

/** What was bad when a host fell silent may still be; that it was well says nothing any more. */
export const badUnlessSilent = (expr: string, isBad: string) =>
  `(${expr}) ${isBad} or ${unlessSilent(expr)}`

/** Of data disks, which call their host a node. */
export const unlessNodeSilent = (expr: string) =>
  `(${expr}) unless on (cluster, node) ` +
  `label_replace(${silent(ofCluster)}, "node", "$1", "instance", "(.+)")`

/** A column of tables: how old the rest of a row is. */
export const ageColumn = (expr = `max by (cluster, instance) (${age})`) =>
  ({ title: 'Data age', expr, unit: 's', limit: limits.nodeSilent }) as const

/** The same where a row is a disk or another part of a host, which `parts` lists. */
export const ageOf = (parts: string) =>
  `0 * ${parts} + on (cluster, instance) group_left () max by (cluster, instance) (${age})`

/** What a host said last stands in the pushgateway: old as it is, it is not shown. */
import { limits } from './limits.ts'
import { ofHost } from './select.ts'

/** Seconds since each host said something. */
export const age = `time() - push_time_seconds{job="zstone",${ofHost}}`

/** Of series with the label `instance`. Hosts that a Prometheus scrapes itself push nothing. */
export const unlessSilent = (expr: string) =>
  `(${expr}) unless on (cluster, instance) (${age} > ${limits.nodeSilent.badFrom})`

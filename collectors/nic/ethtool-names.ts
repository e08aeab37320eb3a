/** Metric names of driver counters, as node_exporter makes them. */
import type { Metric } from '../families.ts'

/** These have names of their own; all others are made of the counter's. */
const known: Readonly<Record<string, string>> = {
  rx_bytes: 'received_bytes_total',
  rx_dropped: 'received_dropped_total',
  rx_errors: 'received_errors_total',
  rx_packets: 'received_packets_total',
  tx_bytes: 'transmitted_bytes_total',
  tx_errors: 'transmitted_errors_total',
  tx_packets: 'transmitted_packets_total',
}

/** Of `tx_tx` only the first is spelt out there, hence here. */
export function metricNameOf(counter: string): string {
  const name = counter
    .replace(/_*[^0-9A-Za-z_]+_*/g, '_')
    .toLowerCase()
    .replace(/^_+/, '')
    .replace(/(^|_)rx(_|$)/g, '$1received$2')
    .replace(/(^|_)tx(_|$)/g, '$1transmitted$2')
  return `node_ethtool_${known[counter] ?? name}`
}

/** Names are made once a counter: a card has hundreds, the same at every reading. */
export function createCounterNames() {
  const metrics = new Map<string, Metric>()
  const metricOf = (counter: string): Metric => {
    const made = metrics.get(counter)
    if (made !== undefined) return made
    const name = metricNameOf(counter)
    const metric: Metric = { name, type: 'untyped', help: `Counter ${counter} of the driver.` }
    if (metrics.size < countersMax) metrics.set(counter, metric)
    return metric
  }
  return {
    /** Counters that come to the same name are left out, all of them: nobody could tell which. */
    of(counters: ReadonlyMap<string, number>, isWanted: (counter: string) => boolean) {
      const found = new Map<string, { metric: Metric; value: number } | 'ambiguous'>()
      for (const [counter, value] of counters) {
        const metric = metricOf(counter)
        const taken = found.has(metric.name)
        if (taken) found.set(metric.name, 'ambiguous')
        else if (isWanted(counter)) found.set(metric.name, { metric, value })
      }
      return [...found.values()].filter((entry) => entry !== 'ambiguous')
    },
  }
}

/** Of names remembered: many cards of many queues. */
const countersMax = 20_000

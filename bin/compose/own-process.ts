/** What the agent itself takes of the node, under the names that every Prometheus server uses. */
import type { MetricFamily } from '#api/sample'

export function ownProcess(startedMs: number) {
  return {
    name: 'process',
    collect(): readonly MetricFamily[] {
      const { user, system } = process.cpuUsage()
      return [
        one('process_cpu_seconds_total', 'counter', {
          help: 'Processor time of the agent.',
          value: (user + system) / 1e6,
        }),
        one('process_resident_memory_bytes', 'gauge', {
          help: 'Memory of the agent.',
          value: process.memoryUsage.rss(),
        }),
        one('process_start_time_seconds', 'gauge', {
          help: 'When the agent started.',
          value: startedMs / 1000,
        }),
      ]
    },
  }
}

function one(
  name: string,
  type: MetricFamily['type'],
  { help, value }: { help: string; value: number },
): MetricFamily {
  return { name, type, help, samples: [{ name, labels: {}, value }] }
}

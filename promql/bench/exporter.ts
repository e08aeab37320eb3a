/** Shows the exposition of the workload, which moves on once an interval. */
import { systemClock, type Timer } from '#lib/clock'
import { openHttp } from '#lib/http/server'
import { intervalMs, type Workload } from './workload.ts'

export interface BenchExporter {
  /** `host:port`. */
  readonly address: string
  /** How many bytes it shows. */
  readonly sizeBytes: number
  /** How often it was read. */
  readonly reads: number
  close(): Promise<void>
}

export async function openExporter(workload: Workload): Promise<BenchExporter> {
  let body = workload.exposition()
  let reads = 0
  let timer: Timer
  const next = () => {
    const nowMs = systemClock.nowMs()
    timer = systemClock.after(intervalMs - (nowMs % intervalMs), () => {
      body = workload.exposition()
      next()
    })
  }
  next()
  const place = { name: 'exporter', address: '127.0.0.1:0', flag: 'none' }
  const server = await openHttp(place, (_, response) => {
    reads++
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(body)
  })
  return {
    address: new URL(server.url).host,
    get sizeBytes() {
      return body.length
    },
    get reads() {
      return reads
    },
    close() {
      timer.cancel()
      return server.close()
    },
  }
}

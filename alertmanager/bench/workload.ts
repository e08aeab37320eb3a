/** What is posted: alerts of the size that Prometheus sends, and silences that match none. */
import { systemClock } from '#lib/clock'

/** Alerts `from` … `from + count - 1` of that name; each is the same in every wave of the name. */
export interface AlertWave {
  readonly kind: 'alerts'
  readonly name: string
  readonly from?: number
  readonly count: number
  /** How many alerts a request carries. */
  readonly batch: number
  /** When it began to fire (Unix time); absent: when it is posted. */
  readonly startsAtMs?: number
  /** Firing until then (Unix time); absent: for an hour. */
  readonly endsAtMs?: number
}

export interface SilenceWave {
  readonly kind: 'silences'
  readonly count: number
}

export type Wave = AlertWave | SilenceWave

export const requestsOf = (wave: Wave) =>
  wave.kind === 'silences' ? wave.count : Math.ceil(wave.count / wave.batch)

/** The whole HTTP request of that number, from 0. */
export type RequestOf = (number: number) => Buffer

export function prepare(wave: Wave): RequestOf {
  if (wave.kind === 'silences') return (number) => request('silences', silence(number))
  const { from = 0, count, batch } = wave
  return (number) => {
    const times = timesOf(wave)
    const first = number * batch
    const alerts = Array.from({ length: Math.min(batch, count - first) }, (_, i) =>
      alert(wave.name, from + first + i, times),
    )
    return request('alerts', `[${alerts.join(',')}]`)
  }
}

function timesOf({ startsAtMs, endsAtMs }: AlertWave): string {
  const nowMs = systemClock.nowMs()
  const [start, end] = [startsAtMs ?? nowMs, endsAtMs ?? nowMs + 3_600_000]
  return `"startsAt":"${timeOf(start)}","endsAt":"${timeOf(end)}"`
}

const timeOf = (ms: number) => new Date(ms).toISOString()

/** Eight labels, two annotations; `n` alone tells two of a wave apart where groups are by `n`. */
const alert = (name: string, n: number, times: string) =>
  `{"labels":{"alertname":"${name}","n":"${n}","group":"${n % 100}",` +
  `"instance":"node-${n}.example:9100","job":"node","device":"/dev/sd${n % 26}",` +
  `"severity":"warning","rack":"r${n % 12}"},` +
  `"annotations":{"summary":"Disk ${n} is slow","description":"It takes longer than its peers"},` +
  `${times},"generatorURL":"http://prometheus.example/graph?g0.expr=slow"}`

const silence = (n: number) =>
  JSON.stringify({
    matchers: [
      { name: 'instance', value: `absent-${n}.example`, isRegex: false, isEqual: true },
      { name: 'job', value: 'node', isRegex: false, isEqual: true },
    ],
    startsAt: timeOf(systemClock.nowMs()),
    endsAt: timeOf(systemClock.nowMs() + 3_600_000),
    createdBy: 'bench',
    comment: `Silence ${n}`,
  })

function request(path: string, body: string): Buffer {
  const head =
    `POST /api/v2/${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  return Buffer.from(head + body)
}

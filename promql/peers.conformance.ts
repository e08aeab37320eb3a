/** The Prometheus servers at hand, each with the dialect in which ours must answer as it does. */
import { givenPrometheus3 } from '#test/environment'
import { hasPrometheus, openPrometheus, type PrometheusServer } from '#test/prometheus'
import { type Dialect, prometheus2, prometheus35 } from './dialect.ts'

export interface Peer {
  readonly dialect: Dialect
  /** `openMetrics` is text in that format, with a time on every sample. */
  open(openMetrics: string): Promise<PrometheusServer>
}

const features = ['functions', 'duration-expr', 'delayed-name-removal'].map((name) =>
  name === 'functions' ? 'promql-experimental-functions' : `promql-${name}`,
)

/** What is not here is said. */
export function peersAtHand(say: (text: string) => void): readonly Peer[] {
  const peers: Peer[] = []
  if (hasPrometheus())
    peers.push({ dialect: prometheus2, open: (samples) => openPrometheus(samples) })
  const program = givenPrometheus3()
  if (program === undefined)
    say('Not beside Prometheus 3: ZSTONE_TEST_PROMETHEUS3 names no program')
  else
    peers.push({
      dialect: prometheus35,
      open: (samples) =>
        openPrometheus(samples, [`--enable-feature=${features.join(',')}`], program),
    })
  return peers
}

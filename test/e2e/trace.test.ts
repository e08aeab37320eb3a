import { expect, test } from '@jest/globals'
import { buildScene, createSpanSink, type SeenSpan } from '#demo'
import { openHttp } from '#lib/http/server'
import { until } from '#test/until'
import { temporaryFolder } from './child.ts'
import { startZstone } from './zstone.ts'

const cause = ['push', 'evaluate DiskFailing']

/** Every way that starts at the agent's push. */
const ways = [
  ['push', 'push'], // The gateway's own.
  [...cause, 'firing'],
  [...cause, 'alert arrival'],
  [...cause, 'alert flush'],
  [...cause, 'deliver email'],
  [...cause, 'deliver webhook', 'api takeNotification'],
  [...cause, 'job drain device', 'workflow step move data'],
  [...cause, 'job drain device', 'workflow step record'],
].map((names) => names.join(' > '))

test('one trace leads from the push of a sample to the mail and the last step of the repair', async () => {
  const sink = createSpanSink()
  const named = { name: 'the collector', address: '127.0.0.1:0', flag: 'nothing' }
  await using stack = new AsyncDisposableStack()
  const collector = await openHttp(named, sink.handle)
  stack.defer(() => collector.close())
  const folder = await temporaryFolder()
  const scene = await buildScene(folder, `${collector.url}/nobody`)
  const zstone = await startZstone({
    dataDir: `${folder}/data`,
    args: ['--config', scene.configPath],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  })
  const objects = `/v1/pools/${scene.pool}/objects`
  for (let i = 0; i < 20; i++) await zstone.ask(`${objects}/${i}`, { method: 'PUT', body: 'x' })
  await scene.replay(scene.disks[0]!, 'failing-5')

  const evaluation = await until(() => sink.all().find(({ name }) => name === cause[1]), {
    what: 'the rule is evaluated',
  })
  const ofTrace = () => sink.all().filter(({ traceId }) => traceId === evaluation.traceId)
  const found = () => ofTrace().map((span) => wayTo(span, ofTrace()))
  const isComplete = () => ways.every((way) => found().includes(way)) && strays(ofTrace()) === 0
  await until(isComplete, { what: 'the trace is complete' }).catch((cause) => {
    throw new Error(`the trace has only:\n${found().join('\n')}`, { cause })
  })

  const spans = ofTrace()
  expect(spans.filter(({ parentSpanId }) => parentSpanId === '')).toHaveLength(1)
  expect(spans.filter(({ failed }) => failed)).toEqual([])
  const wrong = spans.filter((span) => span.startMs < (parentOf(span, spans)?.startMs ?? 0))
  expect(wrong.map((span) => wayTo(span, spans))).toEqual([])
})

/** How many spans name a parent that is not among them. */
function strays(spans: readonly SeenSpan[]): number {
  const orphans = spans.filter((span) => parentOf(span, spans) === undefined)
  return orphans.filter(({ parentSpanId }) => parentSpanId !== '').length
}

/** The names from the first span to this one. */
function wayTo(span: SeenSpan, spans: readonly SeenSpan[]): string {
  const parent = parentOf(span, spans)
  return parent === undefined ? span.name : `${wayTo(parent, spans)} > ${span.name}`
}

const parentOf = ({ parentSpanId }: SeenSpan, spans: readonly SeenSpan[]) =>
  spans.find(({ spanId }) => spanId === parentSpanId)

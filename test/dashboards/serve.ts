/**
 * A Prometheus API over a month of a bad day, for the preview of dashboards:
 * `node test/dashboards/serve.ts 9099`. It takes two minutes, of which one half is lived for real.
 * With `calm` behind it nothing is wrong: dashboards have to look like it.
 */
import { createServer } from 'node:http'
import { calm } from './calm-day.ts'
import { cephSamples } from './ceph-cluster.ts'
import { paint, ticks } from './month.ts'
import { rulesOver } from './recorded.ts'
import { livedMoments } from './samples.ts'
import { storeOf } from './store.ts'

const port = Number(process.argv[2] ?? 9099)
const isCalm = process.argv[3] === 'calm'
const moments = await livedMoments()
const nowMs = moments.at(-1)?.atMs ?? 0
const promql = storeOf([])
const rules = await rulesOver(promql, 'rules/*.rules.yml')
const painted = paint(moments, isCalm ? calm : [])
/** Its OSD dies an hour before that. */
const cephEndMs = nowMs + (isCalm ? 86_400_000 : 0)
const old = painted.filter(({ isOld }) => isOld)
for (const { second, isOld } of ticks()) {
  const atMs = nowMs + second * 1000
  const samples = (isOld ? old : painted).map(({ name, labels, course }) => ({
    ...{ name, labels, value: course(second) },
  }))
  const all = [...samples, ...cephSamples(atMs, cephEndMs)]
  promql.samples.append({ name: `at ${atMs}`, honorLabels: true }, all, atMs)
  if (!isOld) await rules.evaluateOnce(atMs)
}

createServer((request, response) => {
  if (promql.handle(request, response)) return
  response.statusCode = 404
  response.end()
}).listen(port, '127.0.0.1')
console.info(`http://127.0.0.1:${port} --time=${nowMs / 1000}`)

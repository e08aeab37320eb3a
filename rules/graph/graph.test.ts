import { expect, test } from '@jest/globals'
import { openHttp } from '#lib/http/server'
import { alertRule, createBench, groupOf } from '#test/rules-bench'
import type { AlertRule } from '../rule.ts'

async function opened(expr = 'bad == 1', ...others: readonly AlertRule[]) {
  const bench = createBench({ groups: [groupOf(...others, alertRule({ expr }))] })
  bench.found = [{ labels: { __name__: 'bad', device: '<sda>' }, value: 1 }]
  await bench.rules.evaluateOnce(1_700_000_000_000)
  const place = { name: 'rules', address: '127.0.0.1:0', flag: '--x' }
  const server = await openHttp(place, (...call) => void bench.rules.handle(...call))
  return {
    bench,
    ask: async (path: string) => {
      const answer = await fetch(`${server.url}${path}`)
      return { status: answer.status, url: answer.url, text: await answer.text() }
    },
    close: () => Promise.all([server.close(), bench.rules.close()]),
  }
}

test('the link that an alert carries leads to what its rule gives now, and why', async () => {
  const { bench, ask, close } = await opened()
  await bench.clock.advance(0)
  const { pathname, search } = new URL(bench.sent[0]?.[0]?.generatorURL ?? '')
  const { status, text } = await ask(pathname + search)
  expect(status).toBe(200)
  expect(text).toContain('bad{device=&quot;&lt;sda&gt;&quot;}')
  expect(text).toContain('disks/DiskFailing at')
  expect(text).toContain('It fires')
  await close()
})

test('a rule is found by its link though it is written over several lines', async () => {
  const expr = 'bad\n== 1\n'
  const { ask, close } = await opened(expr)
  for (const sent of [expr, 'bad\r\n== 1'])
    expect((await ask(`/graph?${new URLSearchParams({ 'g0.expr': sent })}`)).text).toContain(
      'disks/DiskFailing at',
    )
  await close()
})

test('an expression of nobody is shown with its values', async () => {
  const { ask, close } = await opened()
  const { text } = await ask('/graph?g0.expr=bad')
  expect(text).toContain('This expression at')
  await close()
})

test('what cannot be evaluated is refused with its reason, which stands in the page as text', async () => {
  const { bench, ask, close } = await opened()
  bench.found = new Error('unknown <function>')
  const { status, text } = await ask('/graph?g0.expr=bad(')
  expect(status).toBe(400)
  expect(text).toContain('unknown &lt;function&gt;')
  await close()
})

test('the root leads to all rules with their state', async () => {
  const { ask, close } = await opened()
  const { url, text } = await ask('/')
  expect(new URL(url).pathname).toBe('/graph')
  expect(text).toContain('<a href="graph?g0.expr=bad%20%3D%3D%201">disks/DiskFailing</a>')
  expect(text).toContain('firing: 1')
  await close()
})

test('what fires stands before what waits', async () => {
  const { ask, close } = await opened(undefined, alertRule({ name: 'DiskHot', forMs: 60_000 }))
  const { text } = await ask('/graph')
  expect(text).toMatch(/DiskFailing.*firing: 1.*DiskHot.*pending: 1/s)
  await close()
})

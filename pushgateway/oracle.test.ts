/** Our gateway and Debian's side by side: the same pushes, answers and `/metrics`. */
import { existsSync } from 'node:fs'
import { Agent } from 'node:http'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isBuildMachine } from '#test/environment'
import { exchange, masked, openTestGateway } from './fake/gateway.ts'
import { debianGateway, startDebians } from './fake/process.ts'

const isHere = existsSync(debianGateway)

interface Action {
  readonly method: string
  readonly path: string
  readonly body: string
}

const keys = ['/job/x', '/job/y', '/job/x/instance/i', '/job/x/tag/v', '/job/y/tag/v/instance/i']

const someValue = fc.constantFrom('0', '1', '-2.5', '3e-9', '12345678', 'NaN', '+Inf', '-inf', '.5')
const someCount = fc.nat({ max: 50 }).map(String)
const someLabels = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('a', 'job', 'tag', 'instance', 'z'),
      fc.constantFrom('v', 'i', '', 'é', 'q\\"b\\\\s\\n'),
    ),
    { selector: ([name]) => name, maxLength: 3 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}="${value}"`))

const braces = (labels: readonly string[]) => (labels.length === 0 ? '' : `{${labels.join(',')}}`)

const someSimple = fc
  .record({
    name: fc.constantFrom('m', 'n', 'h', 'h_count', 's_sum', 'push_time_seconds'),
    type: fc.constantFrom('', 'gauge', 'counter', 'GAUGE', 'untyped'),
    samples: fc.array(fc.tuple(someLabels, someValue, someCount), { minLength: 1, maxLength: 3 }),
  })
  .map(({ name, type, samples }) => {
    // Fractions and negative counts of a histogram are what versions differ in.
    const isCount = name === 'h_count'
    const lines = samples
      .map(([labels, value, count]) => `${name}${braces(labels)} ${isCount ? count : value}\n`)
      .join('')
    return `${type === '' ? '' : `# HELP ${name} Help.\n# TYPE ${name} ${type}\n`}${lines}`
  })

const someHistogram = fc
  .record({
    labels: someLabels,
    bounds: fc.uniqueArray(fc.constantFrom('0.1', '1.0', '1e6', '+Inf', '2'), { maxLength: 3 }),
    count: someCount,
  })
  .map(({ labels, bounds, count }) => {
    const lines = bounds.map((le) => `h_bucket${braces([...labels, `le="${le}"`])} ${count}\n`)
    const own = braces(labels)
    return `# TYPE h histogram\n${lines.join('')}h_sum${own} 2.5\nh_count${own} ${count}\n`
  })

const someSummary = fc
  .record({ labels: someLabels, quantile: fc.constantFrom('0.5', '0.90', '1'), count: someCount })
  .map(({ labels, quantile, count }) => {
    const point = braces([...labels, `quantile="${quantile}"`])
    return `# TYPE s summary\ns${point} 1\ns_count${braces(labels)} ${count}\n`
  })

const someFault = fc.constantFrom(
  'm 1 1000\n',
  'm 1',
  'm\n',
  'm{a="\\t"} 1\n',
  '# TYPE m thing\n',
  'm 1\n# TYPE m gauge\n',
  '# EOF\n',
  'm 1\r\n',
  ' \t\n# HELP\n#TYPE m gauge\n',
)

const someBody = fc
  .array(fc.oneof(someSimple, someSimple, someHistogram, someSummary, someFault), { maxLength: 3 })
  .map((parts) => parts.join(''))

const someAction: fc.Arbitrary<Action> = fc.record({
  method: fc.constantFrom('PUT', 'POST', 'PUT', 'POST', 'DELETE'),
  path: fc.constantFrom(...keys).map((key) => `/metrics${key}`),
  body: someBody,
})

/** Whose help is shown where two groups differ is left open by the original. */
function withoutHelp(exposition: string): string[] {
  return masked(exposition).filter((line) => !line.startsWith('# HELP'))
}

/** What was pushed, in the order in which it is shown. */
function seriesInOrder(exposition: string): string[] {
  const known = new Set(withoutHelp(exposition))
  return exposition.split('\n').filter((line) => known.has(line) && !line.startsWith('#'))
}

async function compareAll(): Promise<void> {
  const [theirs, ours] = [await startDebians(), await openTestGateway()]
  const agent = new Agent({ keepAlive: true })
  const ask = (url: string, { method, path, body }: Action) =>
    exchange({ agent, url, method, path, sent: { body } })
  const scrape = { method: 'GET', path: '/metrics', body: '' }
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(someAction, { minLength: 1, maxLength: 12 }), async (actions) => {
        for (const key of keys) {
          const wipe = { method: 'DELETE', path: `/metrics${key}`, body: '' }
          await Promise.all([ask(theirs.url, wipe), ask(ours.url, wipe)])
        }
        for (const action of actions) {
          const [wanted, given] = [await ask(theirs.url, action), await ask(ours.url, action)]
          const same = { action, status: wanted.status }
          expect({ action, status: given.status, body: given.body }).toMatchObject(same)
          // What the parser says is told in the same words.
          if (wanted.body.startsWith('text format')) expect(given.body).toBe(wanted.body)
        }
        const [wanted, given] = [await ask(theirs.url, scrape), await ask(ours.url, scrape)]
        expect(given.status).toBe(wanted.status)
        expect(withoutHelp(given.body)).toEqual(withoutHelp(wanted.body))
        expect(seriesInOrder(given.body)).toEqual(seriesInOrder(wanted.body))
      }),
      { numRuns: 150, seed: 20261121 },
    )
  } finally {
    agent.destroy()
    await ours.close()
    await theirs.kill()
  }
}

if (isHere || isBuildMachine())
  test("any pushes and deletions get the answers of Debian's gateway", compareAll)
else
  test('there is no gateway of Debian to compare with', () => {
    console.log(`Skipped the comparison: there is no ${debianGateway}`)
  })

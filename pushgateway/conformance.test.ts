/** The recorded behaviour of the original, version 1.11.2, where the recording is at hand. */
import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { openTestGateway, type Reply } from './fake/gateway.ts'

interface Step {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly b64?: string
  readonly gzip?: boolean
  readonly show?: 'json' | 'none' | 'head'
}

interface Expectation {
  readonly steps: readonly Record<string, unknown>[]
  readonly metricsStatus?: number
  readonly metrics?: readonly string[]
}

interface Case {
  readonly id: string
  readonly note: string
  readonly steps: readonly Step[]
  readonly variant?: string
  readonly strict?: boolean
  readonly metrics?: boolean
  readonly expect: Expectation | Record<string, Expectation>
}

const recording = new URL('../../shared/conformance/pushgateway.json', import.meta.url)

/** A case without a variant was recorded with the first of these. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  base: ['--web.enable-admin-api'],
  plain: [],
  lifecycle: ['--web.enable-lifecycle'],
  unchecked: ['--push.disable-consistency-check'],
  utf8: ['--push.enable-utf8-names'],
}

const cases: readonly Case[] = existsSync(recording)
  ? JSON.parse(readFileSync(recording, 'utf8')).cases
  : []

if (cases.length === 0)
  test('a clone alone has no recording: behaviour is tested in the other files', () => {
    console.log(`Skipped the recorded cases: there is no ${recording.pathname}`)
  })
else
  test.each(cases)('$id: $note', async (recorded) => {
    await play(recorded)
  })

async function play(recorded: Case): Promise<void> {
  const wanted = expectationOf(recorded)
  const server = await openTestGateway({ flags: flagsOf[recorded.variant ?? 'base'] ?? [] })
  try {
    for (const [i, step] of recorded.steps.entries()) {
      const reply = await server.send(step.method ?? 'GET', step.path, {
        headers: step.headers,
        body: bodyOf(step),
      })
      compare(reply, { step, wanted: wanted.steps[i] ?? {}, strict: recorded.strict ?? false })
    }
    if (wanted.metricsStatus === undefined) return
    const scraped = await server.send('GET', '/metrics')
    expect(scraped.status).toBe(wanted.metricsStatus)
    if (wanted.metrics !== undefined)
      expect((await server.exposed()).map(plainValue)).toEqual(wanted.metrics)
  } finally {
    await server.close()
  }
}

function expectationOf({ expect: wanted }: Case): Expectation {
  // One shape or the other, told apart by the field that only an expectation has.
  return 'steps' in wanted
    ? (wanted as Expectation)
    : (wanted as Record<string, Expectation>)['1.11.2']!
}

function bodyOf({ body = '', b64, gzip }: Step): Buffer {
  const plain = b64 === undefined ? Buffer.from(body) : Buffer.from(b64, 'base64')
  return gzip ? gzipSync(plain) : plain
}

function compare(
  reply: Reply,
  { step, wanted, strict }: { step: Step; wanted: Record<string, unknown>; strict: boolean },
): void {
  const { status, body, type, ...headers } = wanted
  expect(reply).toMatchObject({ status })
  if (type !== undefined) expect(reply.headers['content-type']).toBe(type)
  for (const [name, value] of Object.entries(headers))
    expect(reply.headers[name] ?? null).toEqual(value)
  if (strict && body !== undefined) expect(reply.body).toBe(body)
  if (step.show === 'json') expect(normal(JSON.parse(reply.body))).toEqual(normal(body))
}

/** The recording writes values without an exponent. */
function plainValue(line: string): string {
  return line.replace(/ (\d\S*e\+\d+)$/, (_, value: string) => ` ${Number(value)}`)
}

/** Times, the notation of numbers and the order of lists, which was lost, are not compared. */
function normal(value: unknown, key = ''): unknown {
  if (key === 'time_stamp') return 'T'
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(normal(item))).sort()
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, v]) => [k, normal(v, k)]),
    )
  const isTime = typeof value === 'string' && Number(value) > 1e9
  return isTime ? 'T' : typeof value === 'string' && /^[\d.e+-]+$/.test(value) ? +value : value
}

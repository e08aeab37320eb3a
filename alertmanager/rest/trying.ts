/** Of ours: `POST /api/v1/receivers/{name}/test` and `GET /api/v1/lint`. */
import { ZstoneError } from '#lib/errors'
import type { Finding } from '../config/finding.ts'
import {
  type TestOutcome,
  type TestSend,
  type TestSendWorld,
  testSend,
} from '../notifiers/test-send.ts'
import { type Handler, plainRefusal, schemaRefusal } from './answer.ts'
import { isJson, readJsonBody, textIn, textsIn, unreadable } from './body.ts'

/** One attempt at each integration, now; a failure of a receiver is an answer and no error. */
export const testReceiver =
  (world: TestSendWorld): Handler =>
  async (call) => {
    const hasBody =
      call.request.headers['content-length'] !== '0' && 'content-type' in call.request.headers
    const body = hasBody ? await readJsonBody(call, 'test') : {}
    const request = { receiver: call.argument, ...testIn(body) }
    try {
      return { outcomes: (await testSend(request, world)).map(shown) }
    } catch (error) {
      if (error instanceof ZstoneError) throw plainRefusal(error.status, error.message)
      throw error
    }
  }

function testIn(body: unknown): Omit<TestSend, 'receiver'> {
  if (!isJson(body)) throw unreadable('test', 'it is not an object')
  const labels = textsIn('test', body.labels)
  const integration = textIn('test', body.integration)
  const { index, status = 'firing' } = body
  if (status !== 'firing' && status !== 'resolved')
    throw schemaRefusal(422, 606, 'status in body should be one of [firing resolved]')
  if (index !== undefined && !Number.isSafeInteger(index))
    throw unreadable('test', 'index must be a whole number')
  return {
    status,
    ...(labels !== undefined && { labels }),
    ...(integration !== undefined && {
      only: { integration, ...(index !== undefined && { index: Number(index) }) },
    }),
  }
}

function shown({ integration, index, tookMs, outcome }: TestOutcome) {
  const reason = outcome.kind === 'failed' ? outcome.reason : undefined
  return {
    integration: `${integration}[${index}]`,
    delivered: outcome.kind === 'delivered',
    ...(reason !== undefined && { reason }),
    tookMs: Math.round(tookMs),
  }
}

/** What is odd about the configuration that holds. */
export const getLint =
  ({ findings }: { readonly findings: () => readonly Finding[] }): Handler =>
  async () =>
    findings().map(({ line, path, check, what, remedy }) => ({ line, path, check, what, remedy }))

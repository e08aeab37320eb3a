/** What every notifier must do, whatever it talks to. Each one's test calls this with its world. */
import { expect, test } from '@jest/globals'
import type { Notification } from '#api/alert'
import { systemClock } from '#lib/clock'
import { type Log, silentLog } from '#lib/log'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import type { MailTransport, Message, Notifier, NotifierKind, NotifierWorld } from './notifier.ts'

/** What the far side does with an attempt. */
export type FarSide =
  | { readonly kind: 'takes' }
  | { readonly kind: 'refuses'; readonly passing: boolean; readonly retryAfterSeconds?: number }
  | { readonly kind: 'is away' }
  | { readonly kind: 'hangs' }

export interface Suite {
  readonly kind: NotifierKind
  /** A valid entry with the secret `hunter2` in it. */
  readonly yaml: string
  /** The world in which the far side behaves so, and the idempotency keys that it got. */
  readonly worldOf: (side: FarSide, keys: string[]) => Partial<NotifierWorld>
  /** Whether the far side can ask for a pause. */
  readonly hasRetryAfter: boolean
}

const secret = 'hunter2'

export function conformance({ kind, yaml, worldOf, hasRetryAfter }: Suite): void {
  const open = (side: FarSide) => {
    const lines: string[] = []
    const keys: string[] = []
    const world = { ...defaults(lines), ...worldOf(side, keys) }
    return { notifier: openNotifier(kind, yaml, world), lines, keys }
  }
  const never = new AbortController().signal

  test('a message that is taken is delivered, with its idempotency key', async () => {
    const { notifier, keys } = open({ kind: 'takes' })
    expect(await notifier.send(message(), never)).toEqual({ kind: 'delivered' })
    expect(keys).toEqual([message().notification.idempotencyKey])
  })

  test('every attempt carries the same key', async () => {
    const { notifier, keys } = open({ kind: 'takes' })
    await notifier.send(message(), never)
    await notifier.send(message(), never)
    expect(new Set(keys).size).toBe(1)
  })

  test.each([true, false])('a refusal says whether it may pass (%p)', async (passing) => {
    const { notifier } = open({ kind: 'refuses', passing })
    expect(await notifier.send(message(), never)).toMatchObject({ kind: 'failed', passing })
  })

  test('a far side that is away may come back', async () => {
    const { notifier } = open({ kind: 'is away' })
    expect(await notifier.send(message(), never)).toMatchObject({ kind: 'failed', passing: true })
  })

  test('an attempt ends when it is told to', async () => {
    const { notifier } = open({ kind: 'hangs' })
    const stop = new AbortController()
    const sent = notifier.send(message(), stop.signal)
    stop.abort()
    expect(await sent).toMatchObject({ kind: 'failed', passing: true })
  })

  test('an attempt has a time', () => {
    const { notifier } = open({ kind: 'takes' })
    expect(notifier.timeoutMs).toBeGreaterThan(0)
    expect(notifier.timeoutMs).toBeLessThanOrEqual(60_000)
  })

  if (hasRetryAfter)
    test('a pause that the far side asks for is handed on', async () => {
      const { notifier } = open({ kind: 'refuses', passing: true, retryAfterSeconds: 7 })
      expect(await notifier.send(message(), never)).toMatchObject({ retryAfterMs: 7000 })
    })

  test('no secret is in what is logged, answered or shown', async () => {
    const sides: readonly FarSide[] = [
      { kind: 'takes' },
      { kind: 'refuses', passing: false },
      { kind: 'is away' },
    ]
    for (const side of sides) {
      const { notifier, lines } = open(side)
      const outcome = await notifier.send(message(), never)
      expect(JSON.stringify([outcome, lines])).not.toContain(secret)
    }
    const place = openYaml(yaml, 'entry.yml')
    const masked = kind.read(place, globalDefaults).secrets.map(({ path }) => path)
    expect(masked.length).toBeGreaterThan(0)
  })
}

export function openNotifier(kind: NotifierKind, yaml: string, world: NotifierWorld): Notifier {
  return kind.read(openYaml(yaml, 'entry.yml'), globalDefaults).open(world)
}

export function message(more: Partial<Notification> = {}): Message {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const notification: Notification = {
    version: '4',
    groupKey: '{}:{alertname="DiskFailing"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'ops',
    groupLabels: { alertname: 'DiskFailing' },
    commonLabels: { alertname: 'DiskFailing', node: 'n1' },
    commonAnnotations: {},
    externalURL: 'http://am.example',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'DiskFailing', node: 'n1' },
        annotations: {
          summary: 'Disk <sdb> is failing',
          runbook_url: 'https://runbooks.example/DiskFailing',
          traceparent,
        },
        startsAt: '2026-01-02T03:04:05.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example/graph?g0.expr=up',
        fingerprint: '0123456789abcdef',
      },
    ],
    idempotencyKey: 'lane0000-0123456789',
    ...more,
  }
  return {
    notification,
    traceparent,
    sentAtMs: Date.parse('2026-01-02T03:05:00Z'),
    render: { text: (template) => template, html: (template) => template },
    memory: {},
  }
}

function defaults(lines: string[]): NotifierWorld {
  const keep = (fields: object, text: string) => void lines.push(JSON.stringify([fields, text]))
  const log: Log = { ...silentLog, debug: keep, info: keep, warn: keep, error: keep }
  const noMail = (): MailTransport => {
    throw new Error('no mail here')
  }
  return { fetch, openMail: noMail, log, nowMs: systemClock.nowMs }
}

/** A `fetch` whose far side behaves as told. */
export function fetchOf(side: FarSide, keys: string[], seen: Request[] = []): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    seen.push(request.clone())
    const signal = init?.signal
    if (side.kind === 'hangs')
      return new Promise((_, reject) => {
        const stop = () => reject(new DOMException('stopped', 'AbortError'))
        if (signal?.aborted) stop()
        signal?.addEventListener('abort', stop)
      })
    if (side.kind === 'is away') throw new TypeError(`fetch failed: ${request.url}`)
    const { idempotencyKey } = (await request.json()) as Notification // Our own body.
    expect(request.headers.get('Idempotency-Key')).toBe(idempotencyKey)
    if (side.kind === 'refuses') return refusal(side)
    keys.push(idempotencyKey)
    return new Response('ok')
  }
}

function refusal({ passing, retryAfterSeconds }: Extract<FarSide, { kind: 'refuses' }>) {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }
  return new Response('the password hunter2 is wrong', { status: passing ? 503 : 400, headers })
}

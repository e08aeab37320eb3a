/** What every notifier must do, whatever it talks to. Each one's test calls this with its world. */

import { expect, test } from '@jest/globals'
import type { Notification } from '#api/alert'
import { systemClock } from '#lib/clock'
import { type Log, silentLog } from '#lib/log'
import { globalDefaults } from '../config/global.ts'
import { masked, openYaml } from '../config/reader.ts'
import { createNotificationTemplates } from '../templates/notification-templates.ts'
import { sendRequest } from './http-fetch.ts'
import type { MailTransport, Message, Notifier, NotifierKind, NotifierWorld } from './notifier.ts'

/** What the far side does with an attempt. */
export type FarSide =
  | { readonly kind: 'takes' }
  | {
      readonly kind: 'refuses'
      readonly passing: boolean
      /** Asks for a pause of so long. */
      readonly retryAfterSeconds?: number
      /** What it repeats of what it got, or pretends to. */
      readonly echo?: string
    }
  | { readonly kind: 'is away' }
  | { readonly kind: 'hangs' }

export interface Suite {
  readonly kind: NotifierKind
  /** A valid entry with the secret `hunter2` in it. */
  readonly yaml: string
  /** The world in which the far side behaves so, and the idempotency keys that it got. */
  readonly worldOf: (side: FarSide, keys: string[]) => Partial<NotifierWorld>
  /** False: the far side never asks for a pause. */
  readonly hasRetryAfter?: boolean
  /** False: nothing of the entry is a template. */
  readonly hasTemplates?: boolean
}

const secret = 'hunter2'
const never = new AbortController().signal

export function conformance({ kind, yaml, worldOf, ...suite }: Suite): void {
  const { hasRetryAfter = true, hasTemplates = true } = suite
  const open = (side: FarSide) => {
    const lines: string[] = []
    const keys: string[] = []
    const world = { ...silentWorld(lines), ...worldOf(side, keys) }
    return { notifier: openNotifier(kind, yaml, world), lines, keys }
  }

  test('a message that is taken is delivered, with its idempotency key', async () => {
    const { notifier, keys } = open({ kind: 'takes' })
    expect(await notifier.send(message(), never)).toMatchObject({ kind: 'delivered' })
    expect(new Set(keys)).toEqual(new Set([message().notification.idempotencyKey]))
  })

  test('every attempt carries the same key, and another notification another one', async () => {
    const { notifier, keys } = open({ kind: 'takes' })
    await notifier.send(message(), never)
    const once = keys.length
    await notifier.send(message(), never)
    expect(keys).toHaveLength(2 * once)
    expect(new Set(keys).size).toBe(1)
    await notifier.send(message({ idempotencyKey: 'lane0000-other' }), never)
    expect(new Set(keys).size).toBe(2)
  })

  test.each([true, false])('a refusal says whether it may pass (%p)', async (passing) => {
    const { notifier } = open({ kind: 'refuses', passing })
    expect(await notifier.send(message(), never)).toMatchObject({ kind: 'failed', passing })
  })

  test('a far side that is away may come back', async () => {
    const { notifier } = open({ kind: 'is away' })
    expect(await notifier.send(message(), never)).toMatchObject({ kind: 'failed', passing: true })
  })

  test.each(['before it began', 'under way'])('an attempt ends when told to: %s', async (when) => {
    const { notifier } = open({ kind: 'hangs' })
    const stop = new AbortController()
    if (when === 'before it began') stop.abort()
    const sent = notifier.send(message(), stop.signal)
    await new Promise((resolve) => setImmediate(resolve))
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

  if (hasTemplates)
    test('a template that fails is a lasting failure that names it', async () => {
      const { notifier, keys } = open({ kind: 'takes' })
      const outcome = await notifier.send({ ...message(), render: faulty }, never)
      expect(outcome).toMatchObject({
        kind: 'failed',
        passing: false,
        reason: expect.stringMatching(/template "some[.]default": no such thing/),
      })
      expect(keys).toEqual([])
    })

  const echo = `the password ${secret} is wrong`
  test.each<[FarSide]>([
    [{ kind: 'takes' }],
    [{ kind: 'refuses', passing: false }],
    [{ kind: 'refuses', passing: false, echo }],
    [{ kind: 'refuses', passing: true, echo }],
    [{ kind: 'is away' }],
  ])('no secret is in what is logged or answered when it %j', async (side) => {
    const { notifier, lines } = open(side)
    const outcome = await notifier.send(message(), never)
    expect(JSON.stringify([outcome, lines])).not.toContain(secret)
  })

  test('no secret is in the configuration as it is shown', () => {
    expect(yaml).toContain(secret)
    const { secrets } = kind.read(openYaml(yaml, 'entry.yml'), globalDefaults)
    expect(masked(yaml, secrets)).not.toContain(secret)
  })
}

const faulty: Message['render'] = {
  text: () => {
    throw new Error('Cannot fill template "some.default": no such thing')
  },
  html: () => faulty.text(''),
}

export function openNotifier(kind: NotifierKind, yaml: string, world: NotifierWorld): Notifier {
  return kind.read(openYaml(yaml, 'entry.yml'), globalDefaults).open(world)
}

const templates = createNotificationTemplates()
templates.add('some.tmpl', '{{ define "some.default" }}some{{ end }}')
const sentAtMs = Date.parse('2026-01-02T03:05:00Z')

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
    sentAtMs,
    render: templates.renderOf(notification, () => sentAtMs),
    memory: {},
  }
}

/** A world with nobody in it; what is logged comes into `lines`. */
export function silentWorld(lines: string[] = []): NotifierWorld {
  const keep = (fields: object, text: string) => void lines.push(JSON.stringify([fields, text]))
  const kept = { debug: keep, info: keep, warn: keep, error: keep }
  const log: Log = { ...silentLog, ...kept, child: () => log }
  const noMail = (): MailTransport => {
    throw new Error('no mail here')
  }
  return { fetch: sendRequest, openMail: noMail, log, nowMs: systemClock.nowMs }
}

/** Composes the mail of a notification. */
import { createHash } from 'node:crypto'
import { possibleRepeatHeader } from '#api/alert'
import { traceIdOf } from '#lib/trace'
import type { EmailSettings, Threading } from './email-settings.ts'
import type { Mail, Message } from './notifier.ts'

const defaults = {
  subject: '{{ template "email.default.subject" . }}',
  text: '{{ template "email.default.text" . }}',
  html: '{{ template "email.default.html" . }}',
}

type Composed = Pick<EmailSettings, 'to' | 'from' | 'headers' | 'html' | 'text' | 'threading'>

/** Attempts at one notification share their Message-ID, mails of one group the root of a thread. */
export function mailOf(message: Message, settings: Composed): Mail {
  const { notification, render, sentAtMs } = message
  const fill = (template: string) => render.text(template).replace(/\s+/g, ' ').trim()
  const from = fill(settings.from)
  const to = fill(settings.to)
  const named = new Map([...settings.headers].map(([name, value]) => [name, fill(value)]))
  const take = (name: string) => {
    const value = named.get(name)
    named.delete(name)
    return value
  }
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'zstone'
  const root = rootOf(message, settings.threading)
  const trace = traceIdOf(tracesOf(notification)[0])
  const text = render.text(settings.text ?? defaults.text)
  const html = render.html(settings.html ?? defaults.html)
  return {
    // Whom it goes to is one thing, what stands above it another.
    envelope: { from, to },
    from: take('from') ?? from,
    to: take('to') ?? to,
    subject: take('subject') ?? fill(defaults.subject),
    ...(text !== '' && { text }),
    ...(html !== '' && { html }),
    messageId: take('message-id') ?? `<${notification.idempotencyKey}@${domain}>`,
    ...(root !== undefined && {
      references: `<${root}@${domain}>`,
      inReplyTo: `<${root}@${domain}>`,
    }),
    date: new Date(sentAtMs),
    headers: {
      ...Object.fromEntries(named),
      ...(trace !== undefined && { 'X-ZStone-Trace': trace }),
      ...(notification.possibleRepeat === true && { [possibleRepeatHeader]: 'true' }),
    },
  }
}

/** A mail that was never sent, and to which all of a thread are answers. */
function rootOf({ notification, sentAtMs }: Message, threading: Threading): string | undefined {
  if (threading === 'none') return undefined
  const group = createHash('sha256')
    .update(`${notification.receiver}\u0000${notification.groupKey}`)
    .digest('hex')
  const day = new Date(sentAtMs).toISOString().slice(0, 10)
  return `group-${group.slice(0, 32)}${threading === 'group' ? '' : `-${day}`}`
}

const tracesOf = ({ alerts }: Message['notification']) =>
  [...alerts]
    .sort((a, b) => Number(b.status === 'firing') - Number(a.status === 'firing'))
    .flatMap(({ annotations }) => annotations.traceparent ?? [])

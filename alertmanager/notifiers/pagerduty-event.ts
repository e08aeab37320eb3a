/** What PagerDuty is told: an event of its Events API, version 2 or the older version 1. */
import { Buffer } from 'node:buffer'
import { dedupKeyOf } from './dedup-key.ts'
import type { Message } from './notifier.ts'
import { filled, type Texts, withoutEmpty } from './template-options.ts'
import { filledMap, type TreeMap } from './tree.ts'
import { truncateRunes } from './truncate.ts'

export interface EventOptions {
  readonly texts: Texts<
    | 'client'
    | 'client_url'
    | 'description'
    | 'severity'
    | 'source'
    | 'class'
    | 'component'
    | 'group'
  >
  readonly details: TreeMap
  readonly images: readonly Texts<'src' | 'alt' | 'href'>[]
  readonly links: readonly Texts<'href' | 'text'>[]
}

/** PagerDuty's limits. */
const summaryRunesMax = 1024
const eventBytesMax = 512_000
const severities = ['critical', 'error', 'warning', 'info']

export function eventV2(options: EventOptions, message: Message, routingKey: string): string {
  const { notification, render } = message
  const isFiring = notification.status === 'firing'
  const texts = filled(options.texts, render.text)
  const images = options.images.map((image) => withoutEmpty(filled(image, render.text)))
  const links = options.links.map((link) => withoutEmpty(filled(link, render.text)))
  return encoded(detailsOf(options, message), (details) => ({
    routing_key: routingKey,
    dedup_key: dedupKeyOf(notification),
    event_action: isFiring ? 'trigger' : 'resolve',
    payload: {
      ...withoutEmpty({
        class: texts.class,
        component: texts.component,
        group: texts.group,
      }),
      summary: summaryOf(texts),
      source: texts.source.trim() || '(no source)',
      severity: severityOf(texts),
      custom_details: details,
    },
    ...withoutEmpty({
      images: images.filter(({ src }) => src !== undefined),
      links: links.filter(({ href }) => href !== undefined),
      client: isFiring ? texts.client : '',
      client_url: isFiring ? texts.client_url : '',
    }),
  }))
}

export function eventV1(options: EventOptions, message: Message, serviceKey: string): string {
  const { notification, render } = message
  const isFiring = notification.status === 'firing'
  const texts = filled(options.texts, render.text)
  return encoded(detailsOf(options, message), (details) => ({
    service_key: serviceKey,
    incident_key: dedupKeyOf(notification),
    event_type: isFiring ? 'trigger' : 'resolve',
    description: summaryOf(texts),
    details,
    ...withoutEmpty({
      client: isFiring ? texts.client : '',
      client_url: isFiring ? texts.client_url : '',
    }),
  }))
}

/** What is empty or unknown would have the event refused, and nobody woken. */
const summaryOf = ({ description }: EventOptions['texts']) =>
  truncateRunes(description.trim(), summaryRunesMax).text || '(no description)'

function severityOf({ severity }: EventOptions['texts']): string {
  const known = severity.trim().toLowerCase()
  return severities.includes(known) ? known : 'error'
}

const detailsOf = ({ details }: EventOptions, { render }: Message) =>
  filledMap(details, render.text)

/** An event that is too large is refused whole; without its details it still wakes somebody up. */
function encoded(details: TreeMap, eventOf: (details: TreeMap) => object): string {
  const whole = JSON.stringify(eventOf(details))
  if (Buffer.byteLength(whole) <= eventBytesMax) return whole
  return JSON.stringify(
    eventOf({ error: 'The details are left out: with them the event is larger than 512 KB' }),
  )
}

/** What tests of vendors share: the sample message, and an attempt with all that was sent in it. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type PlainAnswer,
  type SentRequest,
  sent as sentTo,
  type VendorAnswers,
} from './http.conformance.ts'
import { message } from './notifier.conformance.ts'
import type { Message, NotifierKind, NotifierWorld, Outcome } from './notifier.ts'

/** Judges what it is sent, and refuses what the vendor would refuse. */
export type Vendor = (sent: SentRequest) => PlainAnswer

export const form = ({ text }: SentRequest) => Object.fromEntries(new URLSearchParams(text))

/** The answers of a vendor that says what was wrong in a body of this form. */
export function answersOf(vendor: Vendor, wrong: unknown): Partial<VendorAnswers> {
  return { yes: vendor, never: { status: 400, body: wrong }, notNow: { status: 503, body: wrong } }
}

export interface Attempted {
  readonly outcome: Outcome
  readonly sent: readonly SentRequest[]
}

export async function attempted(
  kind: NotifierKind,
  yaml: string,
  more: {
    readonly vendor: Vendor
    readonly about?: Message
    readonly world?: Partial<NotifierWorld>
  },
): Promise<Attempted> {
  const { vendor, about = message(), world = {} } = more
  const whole = { nowMs: () => about.sentAtMs, ...world }
  const { outcome, requests } = await sentTo(kind, yaml, { ...about, answer: vendor, world: whole })
  for (const { text, headers } of requests)
    if (text !== '') expect(headers.get('Content-Type')).toMatch(typeOf(text))
  return { outcome, sent: requests }
}

/** Vendors take no body whose type is not said. */
const typeOf = (body: string) =>
  body.startsWith('{') ? /^application[/]json/ : /^application[/]x-www-form-urlencoded/

/** The sample message; each template stands for itself, but for those that `fills` knows. */
export function about(
  more: Parameters<typeof message>[0] = {},
  fills: Readonly<Record<string, string>> = {},
): Message {
  const fill = (template: string) => fills[template] ?? template
  const html = (template: string) => `<p>${fill(template)}</p>`
  return { ...message(more), render: { text: fill, html } }
}

/** Texts as templates may fill them, with what vendors stumble over. */
const anyText = fc.oneof(
  fc.constantFrom('', ' ', '\n', 'a\n\n\nb', '{"type":"doc"}', '[1', '😀'.repeat(300), ',,a b,c'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 3000 }),
)

/** Whatever every template but `known` is filled with, and whatever the state, it is taken. */
export function takesAnyText(
  entry: { readonly kind: NotifierKind; readonly yaml: string; readonly vendorOf: () => Vendor },
  known: Readonly<Record<string, string>> = {},
): void {
  const { kind, yaml, vendorOf } = entry
  test('whatever a template says, the vendor takes the message', async () => {
    const property = fc.asyncProperty(anyText, fc.boolean(), async (text, isFiring) => {
      const fill = (template: string) => (template === '' ? '' : (known[template] ?? text))
      const given = message(isFiring ? {} : resolved)
      const { outcome } = await attempted(kind, yaml, {
        vendor: vendorOf(),
        about: { ...given, render: { text: fill, html: fill } },
      })
      expect(outcome).toMatchObject({ kind: 'delivered' })
    })
    await fc.assert(property, { numRuns: 60 })
  })
}

export const resolved = { status: 'resolved' } as const

/** SHA-256 of the sample's group key. */
export const sampleDedupKey = '315052b7a1fed6acda5ee4f4078cf0e10591a4ca54a9505f7fe25f8bbd8f4ef5'

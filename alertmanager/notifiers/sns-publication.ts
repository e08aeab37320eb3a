/** What SNS is told: the form of its action `Publish`. */
import { Buffer } from 'node:buffer'
import { dedupKeyOf } from './dedup-key.ts'
import type { Message } from './notifier.ts'
import type { Texts } from './template-options.ts'
import { truncateBytes, truncateRunes } from './truncate.ts'

export type Said = Texts<'topic_arn' | 'phone_number' | 'target_arn' | 'subject' | 'message'>

type Attributes = ReadonlyMap<string, string>

/** What SNS takes: a message in bytes, an SMS and a subject in characters. */
const messageBytesMax = 256 * 1024
const smsRunesMax = 1600
const subjectRunesMax = 100

export function publication(
  said: Said,
  attributes: Attributes,
  { notification }: Message,
): Record<string, string> {
  const { text, marked } = fitting(said, attributes)
  const subject = subjectOf(said.subject)
  return {
    Action: 'Publish',
    Version: '2010-03-31',
    ...targetOf(said),
    // An empty text is refused.
    ...(subject !== '' && { Subject: subject }),
    Message: text === '' ? '(no details)' : text,
    ...(said.topic_arn.endsWith('.fifo') && {
      MessageGroupId: dedupKeyOf(notification),
      // Attempts at one notification are one message, and the next notification is another.
      MessageDeduplicationId: notification.idempotencyKey,
    }),
    ...attributeFields(marked),
  }
}

/** Attributes count as the message does; what was cut says so in one. */
function fitting({ phone_number, message }: Said, attributes: Attributes) {
  const cutBeside = (beside: Attributes) =>
    phone_number === ''
      ? truncateBytes(message, Math.max(0, messageBytesMax - bytesOf(beside)))
      : truncateRunes(message, smsRunesMax)
  const whole = cutBeside(attributes)
  if (!whole.truncated) return { text: whole.text, marked: attributes }
  const marked = new Map([...attributes, ['truncated', 'true'] as const])
  return { text: cutBeside(marked).text, marked }
}

const bytesOf = (attributes: Attributes) =>
  [...attributes].reduce((sum, pair) => sum + Buffer.byteLength(`${pair.join('')}String`), 0)

function targetOf({ topic_arn, phone_number, target_arn }: Said): Record<string, string> {
  if (topic_arn !== '') return { TopicArn: topic_arn }
  if (phone_number !== '') return { PhoneNumber: phone_number }
  return { TargetArn: target_arn }
}

/** One line of text: SNS takes no control characters. */
const subjectOf = (subject: string) =>
  truncateRunes(subject.replace(/\p{Cc}+/gu, ' ').trim(), subjectRunesMax).text

function attributeFields(attributes: Attributes): Record<string, string> {
  const fields: Record<string, string> = {}
  const said = [...attributes].filter(([, value]) => value !== '')
  for (const [i, [name, value]] of said.entries()) {
    const entry = `MessageAttributes.entry.${i + 1}`
    fields[`${entry}.Name`] = name
    fields[`${entry}.Value.DataType`] = 'String'
    fields[`${entry}.Value.StringValue`] = value
  }
  return fields
}

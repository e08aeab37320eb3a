/** What SNS is told: the form of its action `Publish`. */
import { dedupKeyOf } from './dedup-key.ts'
import type { Message } from './notifier.ts'
import type { Texts } from './template-options.ts'
import { truncateBytes, truncateRunes } from './truncate.ts'

export type Said = Texts<'topic_arn' | 'phone_number' | 'target_arn' | 'subject' | 'message'>

/** What SNS takes: a message in bytes, an SMS and a subject in characters. */
const messageBytesMax = 256 * 1024
const smsRunesMax = 1600
const subjectRunesMax = 100

export function publication(
  said: Said,
  attributes: ReadonlyMap<string, string>,
  { notification }: Message,
): Record<string, string> {
  const cut =
    said.phone_number === ''
      ? truncateBytes(said.message, messageBytesMax)
      : truncateRunes(said.message, smsRunesMax)
  const marked = cut.truncated
    ? new Map([...attributes, ['truncated', 'true'] as const])
    : attributes
  return {
    Action: 'Publish',
    Version: '2010-03-31',
    ...targetOf(said),
    // An empty text is refused.
    ...(said.subject !== '' && { Subject: subjectOf(said.subject) }),
    Message: cut.text === '' ? '(no details)' : cut.text,
    ...(said.topic_arn.endsWith('.fifo') && {
      MessageGroupId: dedupKeyOf(notification),
      // Attempts at one notification are one message, and the next notification is another.
      MessageDeduplicationId: notification.idempotencyKey,
    }),
    ...attributeFields(marked),
  }
}

function targetOf({ topic_arn, phone_number, target_arn }: Said): Record<string, string> {
  if (topic_arn !== '') return { TopicArn: topic_arn }
  if (phone_number !== '') return { PhoneNumber: phone_number }
  return { TargetArn: target_arn }
}

/** One line of text: SNS takes no control characters. */
const subjectOf = (subject: string) =>
  truncateRunes(subject.replace(/\p{Cc}+/gu, ' ').trim(), subjectRunesMax).text

function attributeFields(attributes: ReadonlyMap<string, string>): Record<string, string> {
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

/** Slack: an attachment by an incoming webhook, or by an app that can also edit what it posted. */
import { durationMs, fields, refusal, truth } from '../config/reader.ts'
import { type Call, chat, chatKeys, type Line } from './chat.ts'
import type { Message, NotifierKind, Outcome } from './notifier.ts'
import { isGone, judged, placeOf } from './slack-answer.ts'
import { slackBodyKeys, slackWriter } from './slack-body.ts'
import { doorOf, updateUrlOf } from './slack-door.ts'

const keys = {
  known: [
    ...[...chatKeys, 'timeout', 'update_message', 'api_url', 'api_url_file'],
    ...['app_token', 'app_token_file', 'app_url', ...slackBodyKeys],
  ],
}

export const slack: NotifierKind = {
  name: 'slack',
  key: 'slack_configs',
  sendsResolvedByDefault: false,
  globals: { plain: ['slack_app_url'], secret: ['slack_api_url', 'slack_app_token'] },
  read(at, global) {
    const own = fields(at, keys)
    const entry = { kind: slack, own, at, global }
    const door = doorOf(entry)
    const write = slackWriter(own)
    const updates = own.optional('update_message', truth) ?? false
    if (updates && door.isHook)
      throw refusal(at, 'update_message can only be used with an app: give app_token')
    return chat<SlackCall>(entry, {
      secrets: door.secrets,
      timeoutMs: own.optional('timeout', durationMs),
      async compose(page) {
        const body = write(page)
        const { message } = page
        return { ...(await door.open(page)), body, ...(updates && { edits: message }) }
      },
      deliver,
    })
  },
}

interface SlackCall extends Call {
  /** What there is to tell, where an earlier message may be edited for it. */
  readonly edits?: Message
}

async function deliver(line: Line, { edits, ...post }: SlackCall): Promise<Outcome> {
  if (edits === undefined) return judged(await line.post(post))
  const answer = (await edited(line, post, edits)) ?? (await line.post(post))
  const outcome = judged(answer)
  if (outcome.kind === 'failed') return outcome
  // The next trouble of the group is news: it gets a message of its own.
  const isOver = edits.notification.status === 'resolved'
  return { kind: 'delivered', memory: isOver ? {} : placeOf(answer, edits.sentAtMs) }
}

/** Undefined where there is no message to edit, or no longer. */
async function edited(line: Line, post: Call, { memory, notification }: Message) {
  const { ts, channel, toldAtMs = '0' } = memory
  const url = updateUrlOf(post.url)
  if (url === undefined || ts === undefined || channel === undefined) return undefined
  // Without resolved messages nothing says that a trouble is over: what is all new is another one.
  const isSame = notification.alerts.some((alert) => Date.parse(alert.startsAt) <= Number(toldAtMs))
  if (!isSame) return undefined
  const answer = await line.post({ ...post, url, body: { ...post.body, ts, channel } })
  return isGone(answer) ? undefined : answer
}

/**
 * The names that clients gave to their last pushes, kept with the group that took them, so that a
 * push that is sent again counts once: after a crash, too.
 */
import { fault } from '#api/errors'

/** Oldest first. */
export type PushIds = readonly string[]

export const noPushIds: PushIds = []

/** A group forgets the oldest beyond these: a retry comes within minutes. */
const pushIdsMax = 128

const lengthMax = 64

/** Of the header `X-Push-Id` or the line of a group; undefined: the client gave none. */
export function parsePushId(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (new RegExp(`^[\\x21-\\x7e]{1,${lengthMax}}$`).test(text)) return text
  const reason = `a push id has 1 to ${lengthMax} letters of ASCII, without blanks`
  throw fault('PUSHGATEWAY_BODY_UNREADABLE', { reason })
}

function withPushId(known: PushIds, id: string | undefined): PushIds {
  if (id === undefined) return known
  return [...(known.length < pushIdsMax ? known : known.slice(1 - pushIdsMax)), id]
}

/** Of a group, after a write that may have a name. */
export function pushIdsAfter(
  before: { readonly pushIds: PushIds } | undefined,
  { pushId }: { readonly pushId?: string | undefined },
): PushIds {
  return withPushId(before?.pushIds ?? noPushIds, pushId)
}

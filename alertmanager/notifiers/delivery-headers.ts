/** What every delivery over HTTP carries for receivers that drop repeats. */
import { idempotencyHeader, type Notification, possibleRepeatHeader } from '#api/alert'

export const deliveryHeaders = ({
  idempotencyKey,
  possibleRepeat,
}: Pick<Notification, 'idempotencyKey' | 'possibleRepeat'>): Readonly<Record<string, string>> => ({
  [idempotencyHeader]: idempotencyKey,
  ...(possibleRepeat === true && { [possibleRepeatHeader]: 'true' }),
})

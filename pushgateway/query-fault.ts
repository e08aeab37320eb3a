/** What is wrong with the query of a request, as its sender is told. */
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'

export const refused = (reason: string) => fault('PUSHGATEWAY_QUERY_MALFORMED', { reason })

/** A part of it that cannot be read is the sender's fault, too. */
export function attempt<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof SyntaxError) throw refused(messageOf(error))
    throw error
  }
}

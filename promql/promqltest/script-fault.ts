/** What is wrong with a script itself, not with an answer. */
import { fault } from '#api/errors'

export const scriptFault = (reason: string) => fault('PROMQLTEST_INVALID', { reason })

/** What smartctl says of its own success in an answer. */
import { type Json, listAt, numberAt, textAt } from './json.ts'

/** Of the exit status: the command line was wrong; the device could not be opened. */
export const isFatal = (exitStatus: number) => exitStatus % 4 !== 0

/** The command line was wrong. */
export const isMisunderstood = (exitStatus: number) => exitStatus % 2 === 1

/** A drive left asleep is answered with exit bit 1, like a dead one; only the message differs. */
export function isAsleep(answer: Json): boolean {
  return listAt(answer, 'smartctl.messages').some((message) =>
    /\bdevice is in (STANDBY|SLEEP|IDLE)/i.test(textAt(message, 'string') ?? ''),
  )
}

export function complaintOf(answer: Json): string {
  const messages = listAt(answer, 'smartctl.messages').map((message) => textAt(message, 'string'))
  const status = numberAt(answer, 'smartctl.exit_status')
  const said = messages.filter((text) => text !== undefined).join('; ')
  return said || (status === undefined ? 'it says nothing of a device' : `exit status ${status}`)
}

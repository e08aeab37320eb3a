/** `/-/ready` and `/-/healthy`: OK, or why not. */
import { sendText } from '#lib/http/message'
import type { Exchange } from './exchange.ts'

export function serveHealth({ world, underWay, response }: Exchange): void {
  const broken = world.broken()
  const isFull = underWay.pushes >= world.settings.push.queueLengthMax
  if (world.state() !== 'ready') sendText(response, 503, `The gateway is ${world.state()}\n`)
  else if (broken !== undefined) sendText(response, 500, `The log is broken: ${broken}\n`)
  else if (isFull) sendText(response, 500, 'write queue is full\n')
  else sendText(response, 200, 'OK')
}

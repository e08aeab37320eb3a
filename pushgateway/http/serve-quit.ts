/** `/-/quit` ends the gateway where that is allowed. */
import type { Exchange } from './exchange.ts'
import { sendAnswer } from './respond.ts'

export function serveQuit({ world, request, response }: Exchange): void {
  const isAllowed = world.settings.web.enableLifecycle
  if (request.method === 'GET')
    sendAnswer(response, { status: 405, text: 'Only POST or PUT requests allowed.' })
  else if (!isAllowed) sendAnswer(response, { status: 403, text: 'Lifecycle API is not enabled.' })
  else {
    world.log.warn({}, 'Termination asked for over HTTP')
    response.once('close', world.quit)
    sendAnswer(response, { status: 200, text: 'Requesting termination... Goodbye!' })
  }
}

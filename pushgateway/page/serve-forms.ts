/** Carries out what a form has confirmed, if the form was ours. */
import { fault } from '#api/errors'
import { readBody } from '#lib/http/message'
import type { Exchange } from '../http/exchange.ts'
import { inQueue } from '../http/serve-push.ts'
import { deleteGroups } from '../http/serve-wipe.ts'
import { sendSeeOther } from './document.ts'
import { readLabels, writeLabels } from './group-address.ts'
import { isFromOwnPage } from './own-origin.ts'
import { sendProblem } from './serve-pages.ts'

const formBytesMax = 256 * 1024

export async function serveDeletion(exchange: Exchange): Promise<void> {
  await carryOut(exchange, async () => {
    const form = await readBody(exchange.request, formBytesMax)
    const labels = readLabels(new URLSearchParams(form.toString()).get('labels'))
    const group = exchange.world.store.group(labels)
    await inQueue(exchange, async (pushes) => {
      await deleteGroups(pushes, group === undefined ? [] : [group])
    })
    return `./?deleted=${encodeURIComponent(writeLabels(labels))}`
  })
}

export async function serveWiping(exchange: Exchange): Promise<void> {
  await carryOut(exchange, async () => {
    exchange.request.resume()
    await inQueue(exchange, (pushes) =>
      deleteGroups(pushes, exchange.world.store.groups(), 'wiped'),
    )
    return './'
  })
}

/** `run` gives the page to go on with. */
async function carryOut(exchange: Exchange, run: () => Promise<string>): Promise<void> {
  const { request, response, world } = exchange
  try {
    if (!isFromOwnPage(request, world.settings.web.externalUrl)) {
      request.resume()
      throw fault('PUSHGATEWAY_FORM_FOREIGN')
    }
    sendSeeOther(response, await run())
  } catch (error) {
    sendProblem(exchange, error)
  }
}

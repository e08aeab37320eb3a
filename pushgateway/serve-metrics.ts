/** A scrape: everything that was pushed, and what the gateway measures of itself. */
import { sendText } from '#lib/http/message'
import type { Exchange } from './exchange.ts'
import { findInconsistency } from './inconsistency.ts'
import { sendChunks } from './respond.ts'
import { exposition } from './scrape.ts'

const metricsType = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'
const scrapesMax = 16

export async function serveMetrics(exchange: Exchange): Promise<void> {
  const { world, underWay, request, response } = exchange
  if (underWay.scrapes >= scrapesMax)
    return sendText(response, 503, `Limit of concurrent requests reached (${scrapesMax})\n`)
  underWay.scrapes++
  try {
    const own = await world.own.read()
    const broken = world.settings.push.disableConsistencyCheck && findInconsistency(world.store)
    if (broken) {
      const text = `An error has occurred while serving metrics:\n\n${broken}\n`
      return sendText(response, 500, text)
    }
    const chunks = exposition(world.store.books, own)
    await sendChunks(request, response, { contentType: metricsType, chunks })
  } finally {
    underWay.scrapes--
  }
}

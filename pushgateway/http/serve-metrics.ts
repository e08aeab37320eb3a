/** A scrape: everything that was pushed, and what the gateway measures of itself. */
import { sendText } from '#lib/http/message'
import { giveBack } from '../books/books.ts'
import { negotiate } from '../formats/negotiate.ts'
import { exposition } from '../scrape/scrape.ts'
import { findInconsistency } from '../store/inconsistency.ts'
import type { StoredFamily } from '../text/family.ts'
import type { Exchange } from './exchange.ts'
import { sendChunks } from './respond.ts'

const scrapesMax = 16

export async function serveMetrics(exchange: Exchange): Promise<void> {
  const { world, underWay, response } = exchange
  if (underWay.scrapes >= scrapesMax)
    return sendText(response, 503, `Limit of concurrent requests reached (${scrapesMax})\n`)
  world.metrics.scraping(++underWay.scrapes)
  try {
    const own = await world.own.read()
    const broken = world.settings.push.disableConsistencyCheck && findInconsistency(world.store)
    if (broken) {
      const text = `An error has occurred while serving metrics:\n\n${broken}\n`
      return sendText(response, 500, text)
    }
    await sendExposition(exchange, own)
  } finally {
    world.metrics.scraping(--underWay.scrapes)
  }
}

async function sendExposition(
  { world, request, response }: Exchange,
  own: readonly StoredFamily[],
): Promise<void> {
  const openMetrics = world.settings.web.enableOpenmetrics
  const negotiated = negotiate(request.headers.accept ?? '', { openMetrics })
  const { contentType } = negotiated
  const pages = world.shown.pages()
  try {
    const chunks = exposition({ pages: () => pages }, own, negotiated)
    await sendChunks(request, response, { contentType, chunks })
  } finally {
    giveBack(pages)
  }
}

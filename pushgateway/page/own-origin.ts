/**
 * Whether a form was sent by one of our own pages. A browser sends what the reader is allowed to do
 * along with the forms of foreign pages too; but it says where a form came from, and no page can
 * make it lie.
 */
import type { IncomingMessage } from 'node:http'

/** `externalUrl`: how readers reach us where a proxy changes the host; may be empty. */
export function isFromOwnPage(
  { headers }: Pick<IncomingMessage, 'headers'>,
  externalUrl: string,
): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  // Browsers leave it out on plain HTTP; `Origin` they send with every form.
  const { origin, host } = headers
  if (origin === undefined || !URL.canParse(origin)) return false
  const from = new URL(origin)
  const isExternal = URL.canParse(externalUrl) && new URL(externalUrl).origin === from.origin
  return isExternal || (host !== undefined && from.host === host.toLowerCase())
}

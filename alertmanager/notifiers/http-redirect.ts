/** Where a redirect leads, and what may go there: no credentials, unless it is the same origin. */

export interface Hop {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body?: string
}

const keepsMethod = [307, 308]
const becomesGet = [301, 302, 303]

/** All that another origin gets to see. */
const harmless = ['accept', 'user-agent']

/** Undefined: the answer is no redirect, or one that would hand our body to another origin. */
export function nextHop(
  { url: from, method, headers, body }: Hop,
  answer: { readonly status: number; readonly headers: Headers },
): Hop | undefined {
  const location = answer.headers.get('Location') ?? ''
  const keeps = keepsMethod.includes(answer.status)
  if (location === '' || !(keeps || becomesGet.includes(answer.status))) return undefined
  if (!URL.canParse(location, from.href)) return undefined
  const url = new URL(location, from)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  url.username = ''
  url.password = ''
  const isSameOrigin = url.origin === from.origin
  // A body can hold a key of the receiver, as PagerDuty's and Pushover's do.
  if (keeps && body !== undefined && !isSameOrigin) return undefined
  const shown = new Headers(isSameOrigin ? headers : only(headers, harmless))
  if (keeps || method === 'HEAD')
    return { url, method, headers: shown, ...(body !== undefined && { body }) }
  shown.delete('Content-Type')
  return { url, method: 'GET', headers: shown }
}

const only = (headers: Headers, names: readonly string[]): [string, string][] =>
  [...headers].filter(([name]) => names.includes(name))

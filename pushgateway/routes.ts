/** Which request goes where, with the odd answers that clients of the original know. */
import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'

export type Route =
  | { readonly to: 'elsewhere' }
  | { readonly to: 'answer'; readonly answer: Answer }
  | { readonly to: 'push' | 'delete'; readonly key: KeyPath }
  | { readonly to: 'api/v1/options' }
  | PlainRoute

/** A route of the table below: `to` is also its name in `pushgateway_http_requests_total`. */
export interface PlainRoute {
  readonly to: (typeof table)[number][2]
  /** Decoded and clean. */
  readonly path: string
  /** What follows the question mark, as it was sent. */
  readonly query: string | undefined
}

export interface Answer {
  readonly status: 200 | 202 | 301 | 307 | 400 | 404 | 405
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
}

/** A path of a group, taken apart but not judged. */
export interface KeyPath {
  readonly jobIsBase64: boolean
  readonly job: string
  /** The labels, with the slash before them; empty where there are none. */
  readonly rest: string
}

/** A path that ends in a slash and a star takes everything below it. */
const table = [
  ['GET', '/metrics', 'metrics'],
  ['GET', '/-/ready', 'ready'],
  ['GET', '/-/healthy', 'healthy'],
  ['GET', '/api/v1/metrics', 'api/v1/metrics'],
  ['GET', '/api/v1/status', 'api/v1/status'],
] as const

type Row = (typeof table)[number]

const rowsByPath: ReadonlyMap<string, readonly Row[]> = Map.groupBy<string, Row>(
  table,
  ([, path]) => path,
)

const api = '/api/v1/'

export function routeOf(method: string, url: string): Route {
  const [rawPath = '', query] = split(url)
  const path = decodePath(rawPath)
  if (path === undefined) {
    const ours = /^\/metrics(?:\/|$)/.test(rawPath)
    return ours ? answer({ status: 400, text: '400 Bad Request' }) : { to: 'elsewhere' }
  }
  const clean = posix.normalize(path.startsWith('/') ? path : `/${path}`)
  const rows = rowsOf(clean)
  const isOurs = rows !== undefined || clean.startsWith('/metrics/') || clean.startsWith(api)
  if (!isOurs) return { to: 'elsewhere' }
  if (clean !== path) return redirect(301, clean, query)
  if (clean === '/metrics/' && method === 'GET') return redirect(301, '/metrics', query)
  const asked: Asked = { method, path: clean, query }
  if (clean.startsWith(api) && method === 'OPTIONS' && isReadOnly(rows))
    return { to: 'api/v1/options' }
  if (rows !== undefined) return plainRoute(asked, rows)
  return clean.startsWith(api) ? notFound : keyRoute(asked)
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly query: string | undefined
}

function rowsOf(path: string): readonly Row[] | undefined {
  const exact = rowsByPath.get(path)
  if (exact !== undefined) return exact
  const [, first = ''] = path.split('/', 2)
  return rowsByPath.get(`/${first}/*`)
}

/** Pages of any origin may read the API; what changes something is not for them. */
function isReadOnly(rows: readonly Row[] = []): boolean {
  return rows.every(([method]) => method === 'GET')
}

function plainRoute({ method, path, query }: Asked, rows: readonly Row[]): Route {
  const row = rows.find(([rowMethod]) => rowMethod === method)
  if (row !== undefined) return { to: row[2], path, query }
  return notAllowed(
    method,
    rows.map(([rowMethod]) => rowMethod),
  )
}

function keyRoute({ method, path, query }: Asked): Route {
  const [, base64, job, rest = ''] = /^\/metrics\/job(@base64)?\/([^/]*)(\/.*)?$/s.exec(path) ?? []
  if (job === undefined) return notFound
  if (job === '') return writes.has(method) ? redirect(307, path.slice(0, -1), query) : notFound
  if (!writes.has(method)) return notAllowed(method, [...writes])
  const key = { jobIsBase64: base64 !== undefined, job, rest }
  return { to: method === 'DELETE' ? 'delete' : 'push', key }
}

const writes: ReadonlySet<string> = new Set(['PUT', 'POST', 'DELETE'])

function notAllowed(method: string, methods: readonly string[]): Route {
  const headers = { Allow: [...methods, 'OPTIONS'].sort().join(', ') }
  return method === 'OPTIONS'
    ? answer({ status: 200, headers })
    : answer({ status: 405, headers, text: 'Method Not Allowed\n' })
}

const answer = (given: Answer): Route => ({ to: 'answer', answer: given })

const notFound = answer({ status: 404, text: '404 page not found\n' })

function redirect(status: 301 | 307, path: string, query: string | undefined): Route {
  const location = `${encodePath(path)}${query === undefined ? '' : `?${query}`}`
  return answer({ status, headers: { Location: location } })
}

function split(url: string): [path: string, query: string | undefined] {
  const at = url.indexOf('?')
  return at < 0 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)]
}

/** Undefined where a percent sign begins nothing, or the bytes are no text in UTF-8. */
function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return undefined
  const bytes = Buffer.from(
    path.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number(`0x${digits}`))),
    'latin1',
  )
  return isUtf8(bytes) ? bytes.toString() : undefined
}

function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#!'()*]/g, (letter) => {
    return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
  })
}

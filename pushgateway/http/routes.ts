/** Which request goes where, with the odd answers that clients of the original know. */
import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'

export type Route =
  | { readonly to: 'answer'; readonly answer: Answer; readonly needs?: undefined }
  | { readonly to: 'push' | 'delete'; readonly key: KeyPath; readonly needs: Role }
  | { readonly to: 'api/v1/options'; readonly needs?: undefined }
  | PlainRoute

/** What a caller must be allowed to do; see `roles.ts`. */
export type Role = 'health' | 'read' | 'push' | 'admin'

/** A route of the table below: `to` is also its name in `pushgateway_http_requests_total`. */
export interface PlainRoute {
  readonly to: Row[2]
  /** Decoded and clean, without the prefix. */
  readonly path: string
  /** What follows the question mark, as it was sent. */
  readonly query: string | undefined
  readonly needs: Role
}

export interface Answer {
  readonly status: 200 | 202 | 301 | 307 | 400 | 401 | 403 | 404 | 405
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
  ['GET', '/metrics', 'metrics', 'read'],
  ['GET', '/', 'page/groups', 'read'],
  ['GET', '/group', 'page/group', 'read'],
  ['GET', '/status', 'page/status', 'read'],
  ['GET', '/delete', 'page/delete', 'push'],
  ['POST', '/delete', 'page/deletion', 'push'],
  ['GET', '/wipe', 'page/wipe', 'admin'],
  ['POST', '/wipe', 'page/wiping', 'admin'],
  ['GET', '/-/ready', 'ready', 'health'],
  ['GET', '/-/healthy', 'healthy', 'health'],
  ['GET', '/-/quit', 'quit', 'admin'],
  ['PUT', '/-/quit', 'quit', 'admin'],
  ['POST', '/-/quit', 'quit', 'admin'],
  ['GET', '/api/v1/groups', 'api/v1/groups', 'read'],
  ['DELETE', '/api/v1/groups', 'api/v1/groups/deletion', 'admin'],
  ['GET', '/api/v1/metrics', 'api/v1/metrics', 'read'],
  ['POST', '/api/v1/push', 'api/v1/push', 'push'],
  ['GET', '/api/v1/status', 'api/v1/status', 'read'],
  ['PUT', '/api/v1/admin/wipe', 'wipe', 'admin'],
] as const satisfies readonly (readonly [string, string, string, Role])[]

type Row = (typeof table)[number]

/** Only where the admin API is on. */
const wipes: ReadonlySet<Row[2]> = new Set(['wipe', 'page/wipe', 'page/wiping'])

/** Where things are, as the settings have it. */
export interface Paths {
  /** Empty, or begins with a slash and ends without. */
  readonly prefix: string
  readonly telemetry: string
  readonly hasAdminApi: boolean
}

export type Router = (method: string, url: string) => Route

const api = '/api/v1/'

export function createRouter({ prefix, telemetry, hasAdminApi }: Paths): Router {
  const rows = table
    .filter(([, , to]) => hasAdminApi || !wipes.has(to))
    .map((row) => ({ row, path: row[2] === 'metrics' ? posix.join('/', telemetry) : row[1] }))
  const byPath = Map.groupBy(rows, ({ path }) => path)
  const rowsOf = (path: string): readonly Row[] | undefined => {
    const [, first = ''] = path.split('/', 2)
    return (byPath.get(path) ?? byPath.get(`/${first}/*`))?.map(({ row }) => row)
  }
  return (method, url) => {
    const [rawPath, query] = split(url)
    const path = decodePath(rawPath)
    if (path === undefined) return answer({ status: 400, text: '400 Bad Request' })
    const clean = posix.normalize(path.startsWith('/') ? path : `/${path}`)
    if (clean !== path) return redirect(301, clean, query)
    if (clean === prefix && prefix !== '') return redirect(301, `${prefix}/`, query)
    if (!clean.startsWith(`${prefix}/`)) return notFound
    const asked = { method, path: clean.slice(prefix.length), query, prefix }
    return inside(asked, rowsOf)
  }
}

/** `--web.route-prefix`, or the path of `--web.external-url`, as the original reads them. */
export function prefixOf({
  routePrefix,
  externalUrl,
}: {
  routePrefix: string
  externalUrl: string
}) {
  const given = routePrefix === '' ? pathOf(externalUrl) : routePrefix
  const bare = given.replace(/^\/|\/$/g, '')
  return bare === '' ? '' : `/${bare}`
}

function pathOf(url: string): string {
  return /^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? url
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly query: string | undefined
  readonly prefix: string
}

type RowsOf = (path: string) => readonly Row[] | undefined

function inside(asked: Asked, rowsOf: RowsOf): Route {
  const { method, path, query, prefix } = asked
  const rows = rowsOf(path)
  if (path.startsWith(api) && method === 'OPTIONS' && isReadOnly(rows))
    return { to: 'api/v1/options' }
  if (rows !== undefined) return plainRoute(asked, rows)
  if (path === api.slice(0, -1)) return redirect(301, `${prefix}${api}`, query)
  const bare = path.slice(0, -1)
  if (path.endsWith('/') && rowsOf(bare)?.some(([rowMethod]) => rowMethod === method))
    return redirect(method === 'GET' ? 301 : 307, `${prefix}${bare}`, query)
  return keyRoute(asked)
}

/** Pages of any origin may read the API; what changes something is not for them. */
function isReadOnly(rows: readonly Row[] = []): boolean {
  return rows.every(([method]) => method === 'GET')
}

function plainRoute({ method, path, query }: Asked, rows: readonly Row[]): Route {
  const row = rows.find(([rowMethod]) => rowMethod === method)
  if (row !== undefined) return { to: row[2], path, query, needs: row[3] }
  return notAllowed(
    method,
    rows.map(([rowMethod]) => rowMethod),
  )
}

function keyRoute({ method, path, query, prefix }: Asked): Route {
  const [, base64, job, rest = ''] = /^\/metrics\/job(@base64)?\/([^/]*)(\/.*)?$/s.exec(path) ?? []
  if (job === undefined) return notFound
  if (job === '')
    return writes.has(method) ? redirect(307, prefix + path.slice(0, -1), query) : notFound
  if (!writes.has(method)) return notAllowed(method, [...writes])
  const key = { jobIsBase64: base64 !== undefined, job, rest }
  return { to: method === 'DELETE' ? 'delete' : 'push', key, needs: 'push' }
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

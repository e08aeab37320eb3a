/** Which request goes where, with the odd answers that clients of the original know. */
import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'

export type Route =
  | { readonly to: 'elsewhere' }
  | { readonly to: 'answer'; readonly answer: Answer }
  | { readonly to: 'push' | 'delete'; readonly key: KeyPath }
  | { readonly to: 'metrics' | 'ready' | 'healthy' | 'api metrics' | 'api status' | 'api options' }

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

export function routeOf(method: string, url: string): Route {
  const [rawPath = '', query] = split(url)
  const path = decodePath(rawPath)
  if (path === undefined) {
    const ours = /^\/metrics(?:\/|$)/.test(rawPath)
    return ours ? answer({ status: 400, text: '400 Bad Request' }) : { to: 'elsewhere' }
  }
  const clean = posix.normalize(path.startsWith('/') ? path : `/${path}`)
  if (!isOurs(clean)) return { to: 'elsewhere' }
  if (clean !== path) return redirect(301, clean, query)
  if (clean.startsWith('/api/v1/')) return apiRoute(method, clean)
  if (clean === '/metrics/' && method === 'GET') return redirect(301, '/metrics', query)
  const plain = plainRoutes.get(clean)
  if (plain !== undefined) return allowed(method, ['GET'], plain)
  return keyRoute({ method, path: clean, query })
}

const plainRoutes: ReadonlyMap<string, Route> = new Map([
  ['/metrics', { to: 'metrics' }],
  ['/-/ready', { to: 'ready' }],
  ['/-/healthy', { to: 'healthy' }],
])

function isOurs(path: string): boolean {
  return plainRoutes.has(path) || path.startsWith('/metrics/') || path.startsWith('/api/v1/')
}

function keyRoute({
  method,
  path,
  query,
}: {
  method: string
  path: string
  query: string | undefined
}): Route {
  const [, base64, job, rest = ''] = /^\/metrics\/job(@base64)?\/([^/]*)(\/.*)?$/s.exec(path) ?? []
  if (job === undefined) return notFound
  if (job === '') return writes.has(method) ? redirect(307, path.slice(0, -1), query) : notFound
  const key = { jobIsBase64: base64 !== undefined, job, rest }
  const to = method === 'DELETE' ? 'delete' : 'push'
  return allowed(method, ['DELETE', 'POST', 'PUT'], { to, key })
}

const writes = new Set(['PUT', 'POST', 'DELETE'])

function apiRoute(method: string, path: string): Route {
  if (method === 'OPTIONS') return { to: 'api options' }
  if (path === '/api/v1/metrics') return allowed(method, ['GET'], { to: 'api metrics' })
  if (path === '/api/v1/status') return allowed(method, ['GET'], { to: 'api status' })
  return notFound
}

function allowed(method: string, methods: readonly string[], route: Route): Route {
  if (methods.includes(method)) return route
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

/** `/-/healthy`, `/-/ready`, `/-/reload`, a page for browsers, and what is said of API v1. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageOf } from '#lib/errors'
import { styles } from '#lib/styles'
import { answerText } from './answer.ts'

export interface OperatorsWorld {
  readonly reload: () => Promise<void>
  readonly isReady: () => boolean
}

/** False: the path is none of these. */
export function answerOperator(
  pathname: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  world: OperatorsWorld,
): boolean {
  if (pathname === '/' && request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(page)
    return true
  }
  if (!paths.has(pathname)) return false
  const isReload = pathname === '/-/reload'
  const allowed = isReload ? ['POST'] : ['GET', 'HEAD']
  if (!allowed.includes(request.method ?? '')) {
    const all = isReload ? ['OPTIONS', 'POST'] : [...allowed, 'OPTIONS']
    response.setHeader('Allow', all.join(', '))
    answerText(response, 405, 'Method Not Allowed\n')
  } else if (isReload) void reload(response, world)
  else if (request.method === 'HEAD') response.writeHead(statusOf(pathname, world)).end()
  else {
    const status = statusOf(pathname, world)
    answerText(response, status, status === 200 ? 'OK' : 'starting')
  }
  return true
}

const paths = new Set(['/-/healthy', '/-/ready', '/-/reload'])

/** Relative, so that it holds below any prefix. */
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>zstone-alertmanager</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
<main>
<header>
<h1>zstone-alertmanager</h1>
<p>The API is that of Alertmanager; amtool and Grafana speak it.
<ul>
<li><a href="api/v2/alerts/groups">alerts by group</a>
<li><a href="api/v2/silences">silences</a>
<li><a href="api/v2/status">status</a>
<li><a href="metrics">metrics</a>
</ul>
</header>
</main>
`

const statusOf = (pathname: string, { isReady }: OperatorsWorld) =>
  pathname === '/-/healthy' || isReady() ? 200 : 503

async function reload(response: ServerResponse, world: OperatorsWorld): Promise<void> {
  try {
    await world.reload()
    answerText(response, 200, '')
  } catch (error) {
    answerText(response, 500, `failed to reload config: ${messageOf(error)}\n`)
  }
}

/** Paths of the API that is no more; ours below `/api/v1/` are others. */
export const isRemoved = (pathname: string) =>
  /^\/api\/v1\/(alerts|alerts\/groups|silences|silence\/[^/]+|status|receivers)$/.test(pathname)

export const removed = {
  status: 'deprecated',
  error:
    'The Alertmanager v1 API is removed as of version 0.27.0 - please use the equivalent route in the v2 API',
}

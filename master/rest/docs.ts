/** The description of the API and a page to try it on, served from this machine alone. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fault } from '#api/errors'
import type { Route } from './route.ts'

export const openApi: Route = {
  method: 'get',
  path: '/v1/openapi.json',
  name: 'readOpenApi',
  tag: 'docs',
  about: 'This description, as OpenAPI 3.1.',
  isOpen: true,
  answer: { status: 200, about: 'An OpenAPI document.' },
  faults: [],
  serve: async (_, needs) => ({ status: 200, body: { json: needs.openApi } }),
}

export const docs: Route = {
  method: 'get',
  path: '/v1/docs',
  name: 'readDocs',
  tag: 'docs',
  about: 'Swagger UI: this description as a page, on which to try it.',
  isOpen: true,
  answer: { status: 200, about: 'A page.', contentType: 'text/html' },
  faults: [],
  serve: async () => ({ status: 200, headers: pageHeaders, body: { text: page } }),
}

export const docFile: Route = {
  method: 'get',
  path: '/v1/docs/:file',
  name: 'readDocFile',
  tag: 'docs',
  about: 'What the page needs: scripts, styles, an icon.',
  isOpen: true,
  answer: { status: 200, about: 'A file.', contentType: '*/*' },
  faults: ['ROUTE_UNKNOWN'],
  async serve({ path: { file = '' } }) {
    if (file === 'start.js')
      return { status: 200, headers: { 'Content-Type': 'text/javascript' }, body: { text: start } }
    if (!files.includes(file))
      throw fault('ROUTE_UNKNOWN', { method: 'GET', path: `/v1/docs/${file}` })
    const headers = { 'Cache-Control': 'max-age=3600' }
    return { status: 200, headers, body: { file: join(folder, file) } }
  },
}

const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']
const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
}

/** Relative links, so that it works behind any prefix. */
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>ZStone API</title>
    <link rel="icon" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`

const start = `const isDark = matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', isDark.matches)
isDark.addEventListener('change', follow)
follow()
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#api',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
})
`

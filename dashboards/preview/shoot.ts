/**
 * Draws dashboards with Grafana's own components, and saves what one sees:
 * `npm run shoot -- --prometheus=http://127.0.0.1:9090 [--theme=light] [--var=host=n1] [stor-host …]`
 */
import { mkdirSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { createServer, type Plugin, type ViteDevServer } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
    /** Seconds since 1970 that count as now. */
    time: { type: 'string' },
    /** Of scrapes, in seconds. */
    interval: { type: 'string', default: '15' },
    out: { type: 'string', default: here('pictures') },
    theme: { type: 'string', multiple: true, default: ['dark', 'light'] },
    var: { type: 'string', multiple: true, default: [] },
    width: { type: 'string', default: '1600' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})

const all = readdirSync(here('../generated')).map((name) => name.replace('.json', ''))
const boards = positionals.length === 0 ? all : positionals

/** Grafana's components ask for icons where its own server has them. */
const icons: Plugin = {
  name: 'icons',
  configureServer({ middlewares }) {
    middlewares.use((request, _, next) => {
      request.url = request.url?.replace(/^\/public\/build\//, '/') ?? ''
      next()
    })
  },
}

async function openPage(): Promise<ViteDevServer> {
  const server = await createServer({
    root: here('.'),
    configFile: false,
    publicDir: here('node_modules/@grafana/ui/dist/public'),
    logLevel: 'warn',
    plugins: [icons],
    server: {
      host: '127.0.0.1',
      port: 0,
      fs: { allow: [here('..')] },
      proxy: { '/api/v1': { target: flags.prometheus, changeOrigin: true } },
    },
  })
  return server.listen()
}

function addressOf(server: ViteDevServer, board: string, theme: string): string {
  const parameters = new URLSearchParams({ board, theme, interval: flags.interval })
  if (flags.time !== undefined) parameters.set('time', flags.time)
  for (const one of flags.var) {
    const [name = '', value = ''] = one.split('=', 2)
    parameters.append(`var-${name}`, value)
  }
  return `${server.resolvedUrls?.local[0]}?${parameters}`
}

/** What went wrong, if anything did. */
async function shoot(browser: Browser, address: string, path: string): Promise<readonly string[]> {
  const page = await browser.newPage({ viewport: { width: Number(flags.width), height: 900 } })
  const said: string[] = []
  page.on('pageerror', (error) => said.push(String(error)))
  await page.goto(address)
  await page.waitForSelector('body[data-answered]', { timeout: 120_000 })
  // What is out of sight is not drawn.
  const height = await page.evaluate('document.documentElement.scrollHeight')
  await page.setViewportSize({ width: Number(flags.width), height: Number(height) })
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path, fullPage: true })
  const faults = await page.locator('[data-fault]').allTextContents()
  await page.close()
  return [...said, ...faults]
}

mkdirSync(flags.out, { recursive: true })
const server = await openPage()
const browser = await chromium.launch({ executablePath: flags.chromium, args: ['--no-sandbox'] })
let faults = 0
for (const board of boards)
  for (const theme of flags.theme) {
    const path = `${flags.out}/${board}.${theme}.png`
    const said = await shoot(browser, addressOf(server, board, theme), path)
    faults += said.length
    process.stdout.write(`${[path, ...said].join('\n  ')}\n`)
  }
await browser.close()
await server.close()
process.exitCode = faults === 0 ? 0 : 1

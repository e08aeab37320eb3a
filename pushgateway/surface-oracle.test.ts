/** Requests of every odd kind, to Debian's gateway and to ours: the same status and headers. */
import { existsSync } from 'node:fs'
import { Agent } from 'node:http'
import { expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { exchange, openTestGateway } from './fake/gateway.ts'
import { debianGateway, startDebians } from './fake/process.ts'

const isHere = existsSync(debianGateway)

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']

const paths = [
  '/metrics',
  '/metrics/',
  '/metrics/job',
  '/metrics/job/',
  '/metrics/job/j',
  '/metrics/job/j/',
  '/metrics/job//a/b',
  '/metrics/job/j/a/b/',
  '/metrics/job@base64/=',
  '/metrics/job/j/../k',
  '//metrics',
  '/-/ready',
  '/-/healthy',
  '/-/ready/',
  '/-/quit',
  '/-/nothing',
  '/status',
  '/status/',
  '/api',
  '/api/',
  '/api/v1',
  '/api/v1/',
  '/api/v1/metrics',
  '/api/v1/status',
  '/api/v1/nothing',
  '/api/v1/admin/wipe',
  '/nothing',
  '/met%72ics',
  '/%zz',
  '/metrics/job/j%',
  '/metrics/job/j?a=b',
]

const moved = (path: string) => (path === '/' ? '/pre/' : `/pre${path}`)

const variants = [
  { name: 'as it is', flags: ['--web.enable-admin-api'], place: (path: string) => path },
  { name: 'without the admin API', flags: [], place: (path: string) => path },
  {
    name: 'below a prefix',
    flags: ['--web.external-url=http://x.example/pre/', '--web.telemetry-path=/m'],
    place: moved,
  },
  {
    name: 'beside a prefix',
    flags: ['--web.route-prefix=pre'],
    place: (path: string) => path,
  },
]

interface Asked {
  readonly method: string
  readonly path: string
  readonly isMoved: boolean
}

/** Where we part from the original, and why. */
const apart = ({ method, path, isMoved }: Asked): boolean =>
  // It leads to a page outside of its prefix.
  path.endsWith('/api/v1/status/') ||
  path.endsWith('/api/v1/metrics/') ||
  // A page of another origin is not told that it may wipe.
  (method === 'OPTIONS' && path.endsWith('/wipe')) ||
  // Below a prefix it keeps the page that says so outside of it; ours is where the others are.
  (isMoved && path === '/-/quit') ||
  (isMoved && path.endsWith('/-/quit') && !['PUT', 'POST'].includes(method)) ||
  // It sends a body after HEAD, which is no HTTP.
  (method === 'HEAD' && /%(?!\d)/.test(path))

const whereDebianIs = isHere || isBuildMachine() ? test.each(variants) : test.skip.each(variants)

whereDebianIs('$name every request is answered as Debian’s gateway does', async (variant) => {
  if (!isHere) throw new Error(`${debianGateway} is missing on the build machine`)
  const theirs = await startDebians(variant.flags)
  const ours = await openTestGateway({ flags: variant.flags })
  const agent = new Agent({ keepAlive: true })
  try {
    for (const given of paths)
      for (const method of methods) {
        const path = variant.place(given)
        if (apart({ method, path, isMoved: variant.name.endsWith('prefix') })) continue
        const ask = async (url: string) => {
          const reply = await exchange({ agent, url, method, path, sent: {} })
          const { allow, location, ...headers } = reply.headers
          const origins = headers['access-control-allow-origin']
          return { method, path, status: reply.status, allow, location, origins }
        }
        expect(await ask(ours.url)).toEqual(await ask(theirs.url))
      }
  } finally {
    agent.destroy()
    await ours.close()
    await theirs.kill()
  }
})

test('whoever misses Debian’s gateway here is told', () => {
  if (!isHere) console.log(`Skipped: there is no ${debianGateway}`)
  expect(isHere || !isBuildMachine()).toBe(true)
})

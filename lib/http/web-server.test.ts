import { X509Certificate } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:http2'
import { request as send } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { afterEach, expect, test } from '@jest/globals'
import { hashSync } from 'bcryptjs'
import { systemClock } from '#lib/clock'
import { sendJson } from '#lib/http/message'
import { openWeb, type WebServer, type WebServerOptions } from '#lib/http/web-server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { until } from '#test/until'
import { authority, client, server as first, renewed, stranger } from './fake/certificates.ts'

const opened: WebServer[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
})

const folder = mkdtempSync(join(tmpdir(), 'web-'))
let count = 0

function fileWith(content: string, name = `${++count}.yml`): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const expires = 'zstone_http_certificate_expires_timestamp_seconds'

const inline = (pem: string) => JSON.stringify(pem)
const tls = (more = '') =>
  `tls_server_config:\n  cert: ${inline(first.cert)}\n  key: ${inline(first.key)}\n${more}`

interface Opened {
  readonly web: WebServer
  readonly url: string
  readonly port: number
  readonly path: string
}

/** A server that says whom it takes its caller for. */
async function open(config: string, options: Partial<WebServerOptions> = {}): Promise<Opened> {
  const path = fileWith(config)
  const place = { name: 'a test', addresses: ['127.0.0.1:0'], flag: 'none', configFile: path }
  const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }
  const web = await openWeb({ ...place, ...world, ...options }, (_, response, caller) => {
    sendJson(response, 200, caller)
  })
  opened.push(web)
  const [{ url, port } = { url: '', port: 0 }] = web.servers
  return { web, url, port, path }
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function get(url: string, options: ConnectionOptions & { user?: string } = {}): Promise<Reply> {
  const { user, ...rest } = options
  const headers = user === undefined ? {} : { Authorization: basic(user) }
  return new Promise((resolve, reject) => {
    const request = send(url, { ca: authority, agent: false, headers, ...rest }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
    request.on('error', reject)
    request.end()
  })
}

const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`

/** The cheapest hash there is: these tests are not about how long it takes. */
const hashOf = (password: string) => hashSync(password, 4)

/** The common name of the certificate that the server shows. */
function shownBy(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

test('without a file every address is plain HTTP, open to everybody', async () => {
  const addresses = ['127.0.0.1:0', '127.0.0.1:0']
  const { web } = await open('', { configFile: '', addresses })
  expect(web.asksForNames).toBe(false)
  for (const { url } of web.servers)
    expect(await (await fetch(url)).json()).toEqual({ certificateNames: [] })
  expect(web.servers).toHaveLength(2)
})

test('when one of the addresses is taken, none stays open', async () => {
  const { port } = await open('', { configFile: '' })
  const addresses = ['127.0.0.1:0', `127.0.0.1:${port}`]
  await expect(open('', { configFile: '', addresses })).rejects.toThrow('the port is in use')
})

test('with a certificate it is HTTPS, of TLS 1.2 at least', async () => {
  const { url } = await open(tls())
  expect(url).toMatch(/^https:/)
  expect((await get(url)).status).toBe(200)
  await expect(get(url, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow()
})

test('HTTP/2 is spoken with whoever asks for it, unless it is turned off', async () => {
  const { url } = await open(tls())
  const session = connect(url, { ca: authority })
  const reply = await new Promise<{ status: unknown; body: string }>((resolve, reject) => {
    session.on('error', reject)
    const stream = session.request({ ':path': '/' })
    let body = ''
    let status: unknown
    stream.on('response', (headers) => {
      status = headers[':status']
    })
    stream.on('data', (chunk) => {
      body += chunk
    })
    stream.on('end', () => resolve({ status, body }))
  })
  expect(reply).toMatchObject({ status: 200, body: '{"certificateNames":[]}' })
  session.close()
  const offered = (port: number) =>
    new Promise((resolve) => {
      const ALPNProtocols = ['h2', 'http/1.1']
      const socket = connectTls({ port, host: '127.0.0.1', ca: authority, ALPNProtocols }, () => {
        resolve(socket.alpnProtocol)
        socket.destroy()
      })
    })
  expect(await offered(Number(new URL(url).port))).toBe('h2')
  const only1 = await open(`${tls()}http_server_config:\n  http2: false\n`)
  expect(await offered(only1.port)).not.toBe('h2')
  expect((await get(only1.url)).status).toBe(200)
})

test('closing ends with HTTP/2 sessions that only wait', async () => {
  const { web, url } = await open(tls())
  const session = connect(url, { ca: authority })
  await new Promise((resolve) => session.once('connect', resolve))
  const gone = new Promise((resolve) => session.once('close', resolve))
  await web.close()
  await gone
})

test('a certificate that is renewed on disk is shown to the next client', async () => {
  const cert = fileWith(first.cert, 'server.crt')
  const key = fileWith(first.key, 'server.key')
  const { port } = await open(
    'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n',
  )
  expect(await shownBy(port)).toBe('first.example')
  writeFileSync(cert, renewed.cert)
  writeFileSync(key, renewed.key)
  await until(async () => (await shownBy(port)) === 'second.example')
})

test('when its certificate expires is told, of a chain the first to do so', async () => {
  const metrics = createMetrics()
  const told = async () =>
    (await metrics.registry.getSingleMetric(expires)?.get())?.values.map(({ value }) => value)
  fileWith(first.cert + authority, 'chain.crt')
  fileWith(first.key, 'chain.key')
  await open('tls_server_config:\n  cert_file: chain.crt\n  key_file: chain.key\n', { metrics })
  const ends = [first.cert, authority].map((pem) => new X509Certificate(pem).validToDate.getTime())
  expect(await told()).toEqual([Math.min(...ends) / 1000])
})

test('a server without a certificate tells of none', async () => {
  const metrics = createMetrics()
  await open('rate_limit:\n  burst: 2\n', { metrics })
  expect(await metrics.registry.getSingleMetricAsString(expires)).not.toContain('} ')
})

test('a key that does not belong to the new certificate leaves the old pair in use', async () => {
  const errors: object[] = []
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  const cert = fileWith(first.cert, 'kept.crt')
  fileWith(first.key, 'kept.key')
  const { port } = await open('tls_server_config:\n  cert_file: kept.crt\n  key_file: kept.key\n', {
    log,
  })
  writeFileSync(cert, renewed.cert)
  await until(async () => {
    await shownBy(port)
    return errors.length > 0
  })
  expect(await shownBy(port)).toBe('first.example')
})

const withCa = (type: string, more = '') =>
  tls(`  client_ca: ${inline(authority)}\n  client_auth_type: ${type}\n${more}`)

test.each([
  ['NoClientCert', { none: true, known: true, stranger: true }],
  ['RequestClientCert', { none: true, known: true, stranger: true }],
  ['RequireAnyClientCert', { none: false, known: true, stranger: true }],
  ['RequireClientCert', { none: false, known: true, stranger: true }],
  ['VerifyClientCertIfGiven', { none: true, known: true, stranger: false }],
  ['RequireAndVerifyClientCert', { none: false, known: true, stranger: false }],
])('with client_auth_type %s these clients enter: %p', async (type, wanted) => {
  const { url } = await open(type === 'NoClientCert' ? tls() : withCa(type))
  const enters = (options = {}) =>
    get(url, options).then(
      ({ status }) => status === 200,
      () => false,
    )
  const found = {
    none: await enters(),
    known: await enters(client),
    stranger: await enters(stranger),
  }
  expect(found).toEqual(wanted)
})

test('a verified certificate gives its names, and one that only was shown gives none', async () => {
  const names = ['agent-1', 'agent-1.example', 'ops@example.org', 'spiffe://example/agent']
  const { url, web } = await open(withCa('RequestClientCert'))
  expect(web.asksForNames).toBe(true)
  const known = JSON.parse((await get(url, client)).body)
  expect(known.certificateNames).toEqual([...names, '192.0.2.7'])
  expect(JSON.parse((await get(url, stranger)).body)).toEqual({ certificateNames: [] })
})

test.each([
  ['agent-1.example', 200],
  ['ops@example.org', 200],
  ['192.0.2.7', 200],
  ['agent-1', undefined],
  ['agent-1.example.org', undefined],
])('client_allowed_sans [%s]: the client gets %p', async (san, wanted) => {
  const sans = `  client_allowed_sans: [${san}]\n`
  const { url } = await open(withCa('RequireAndVerifyClientCert', sans))
  const status = await get(url, client).then(
    (reply) => reply.status,
    () => undefined,
  )
  expect(status).toBe(wanted)
})

test('a password is asked for, checked and remembered', async () => {
  const { url, web } = await open(
    `basic_auth_users:\n  alice: ${hashOf('secret: 1')}\n  bob: ${hashOf('other')}\n`,
  )
  expect(web.asksForNames).toBe(true)
  const ask = (authorization?: string) =>
    fetch(url, authorization === undefined ? {} : { headers: { Authorization: authorization } })
  const refused = await ask()
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Basic')
  for (const wrong of ['alice:other', 'alice:', 'bob:secret: 1', 'carol:other', 'alice'])
    expect([wrong, (await ask(basic(wrong))).status]).toEqual([wrong, 401])
  expect((await ask('Bearer x')).status).toBe(401)
  for (let time = 0; time < 3; time++)
    expect(await (await ask(basic('alice:secret: 1'))).json()).toMatchObject({ user: 'alice' })
})

test('who is taken out of the file is out, and who is put in is in', async () => {
  const { url, path } = await open(`basic_auth_users:\n  alice: ${hashOf('a')}\n`)
  const status = async (user: string) =>
    (await fetch(url, { headers: { Authorization: basic(user) } })).status
  expect(await status('alice:a')).toBe(200)
  writeFileSync(path, `basic_auth_users:\n  bob: ${hashOf('b')}\n`)
  await until(async () => (await status('bob:b')) === 200)
  expect(await status('alice:a')).toBe(401)
})

test('a file that is broken by a change leaves the users as they were', async () => {
  const errors: object[] = []
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  const { url, path } = await open(`basic_auth_users:\n  alice: ${hashOf('a')}\n`, { log })
  writeFileSync(path, 'basic_auth_users: [\n')
  await until(async () => {
    expect((await fetch(url, { headers: { Authorization: basic('alice:a') } })).status).toBe(200)
    return errors.length > 0
  })
  expect((await fetch(url)).status).toBe(401)
})

test('what is admitted needs no password, and a right one still gives a name', async () => {
  const { url } = await open(`basic_auth_users:\n  alice: ${hashOf('a')}\n`, {
    admits: (request) => request.url === '/open',
  })
  expect((await fetch(url)).status).toBe(401)
  expect(await (await fetch(`${url}/open`)).json()).toEqual({ certificateNames: [] })
  const headers = { Authorization: basic('alice:a') }
  expect(await (await fetch(`${url}/open`, { headers })).json()).toMatchObject({ user: 'alice' })
})

test('headers of the file stand in every answer', async () => {
  const { url } = await open(
    [
      'http_server_config:',
      '  headers:',
      '    X-Frame-Options: deny',
      '    Content-Security-Policy: ""',
      'basic_auth_users:',
      `  alice: ${hashOf('a')}`,
    ].join('\n'),
  )
  const { headers } = await fetch(url)
  expect(headers.get('x-frame-options')).toBe('deny')
  expect(headers.has('content-security-policy')).toBe(false)
})

test('more requests than the limit allows get 429', async () => {
  const { url } = await open('rate_limit:\n  interval: 1h\n  burst: 2\n')
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await fetch(url)).status)
  expect(statuses).toEqual([200, 200, 429])
})

test('a slow hash keeps nobody else waiting', async () => {
  const { url } = await open(`basic_auth_users:\n  alice: ${hashSync('a', 12)}\n`, {
    admits: (request) => request.url === '/open',
  })
  let isChecked = false
  const headers = { Authorization: basic('alice:a') }
  const checked = fetch(url, { headers }).then(({ status }) => {
    isChecked = true
    return status
  })
  let answered = 0
  while (!isChecked && answered < 20) {
    expect((await fetch(`${url}/open`)).status).toBe(200)
    answered++
  }
  expect(answered).toBeGreaterThan(5)
  expect(await checked).toBe(200)
})

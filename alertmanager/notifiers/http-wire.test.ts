/** The client against real sockets: TLS, proxies, tokens, redirects and answers without end. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterEach, expect, test } from '@jest/globals'
import { authority, client as ours, renewed, server as theirs } from '#lib/http/fake/certificates'
import { globalDefaults } from '../config/global.ts'
import { fields, openYaml } from '../config/reader.ts'
import { type HttpClient, readHttp } from './http-client.ts'
import { silentWorld } from './notifier.conformance.ts'
import type { NotifierWorld } from './notifier.ts'

const atEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end()
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port // It listens on TCP.
}

const serve = (listener: RequestListener) => listen(createServer(listener))
const serveTls = (listener: RequestListener, more: ServerOptions = {}) =>
  listen(createTlsServer({ ...theirs, ...more }, listener))

function open(settings: object, world: Partial<NotifierWorld> = {}): HttpClient {
  const at = openYaml(JSON.stringify({ http_config: settings }), 'entry.yml')
  const own = fields(at, { known: ['http_config'] })
  return readHttp(own, globalDefaults).open({ ...silentWorld(), ...world })
}

const never = new AbortController().signal
const post = (client: HttpClient, url: string) =>
  client.send({ url, headers: { 'X-Key': 'k' }, body: 'hello' }, never)

const yes: RequestListener = (_, response) => response.end('yes')

test('a server is trusted whose authority is named, and no other one', async () => {
  const url = `https://localhost:${await serveTls(yes)}/`
  expect(await post(open({ tls_config: { ca: authority } }), url)).toMatchObject({ text: 'yes' })
  await expect(post(open({}), url)).rejects.toMatchObject({ code: 'RECEIVER_UNREACHABLE' })
  const careless = open({ tls_config: { insecure_skip_verify: true } })
  expect(await post(careless, url)).toMatchObject({ text: 'yes' })
})

test('the name of a server is checked, and can be set', async () => {
  const names: unknown[] = []
  const port = await serveTls(yes, {
    SNICallback(name, done) {
      names.push(name)
      done(null)
    },
  })
  const url = `https://127.0.0.1:${port}/`
  const named = (server_name: string) => open({ tls_config: { ca: authority, server_name } })
  expect(await post(named('localhost'), url)).toMatchObject({ status: 200 })
  await expect(post(named('other.example'), url)).rejects.toThrow(/other[.]example/)
  expect(names).toEqual(['localhost', 'other.example'])
})

test('versions of TLS are kept to', async () => {
  const url = `https://localhost:${await serveTls(yes, { maxVersion: 'TLSv1.2' })}/`
  const tls = { ca: authority, min_version: 'TLS13' }
  await expect(post(open({ tls_config: tls }), url)).rejects.toThrow('Cannot reach')
})

test('a client certificate is shown, and read again when its file changed', async () => {
  const seen: string[] = []
  const port = await serveTls(
    (request, response) => {
      const { subject } = (request.socket as Tls).getPeerCertificate()
      seen.push(subject?.CN ?? 'nobody')
      response.end()
    },
    { ca: authority, requestCert: true, rejectUnauthorized: false },
  )
  const folder = await mkdtemp(path.join(tmpdir(), 'zstone-http-'))
  atEnd.push(() => rm(folder, { recursive: true }))
  const write = ({ cert, key }: typeof ours) =>
    Promise.all([
      writeFile(path.join(folder, 'cert.pem'), cert),
      writeFile(path.join(folder, 'key.pem'), key),
    ])
  await write(ours)
  const client = open({
    tls_config: {
      ca: authority,
      cert_file: path.join(folder, 'cert.pem'),
      key_file: path.join(folder, 'key.pem'),
    },
  })
  await post(client, `https://localhost:${port}/`)
  await write(renewed)
  await post(client, `https://localhost:${port}/`)
  expect(seen).toEqual(['agent-1', 'second.example'])
  await rm(path.join(folder, 'key.pem'))
  await expect(post(client, `https://localhost:${port}/`)).rejects.toThrow('key.pem')
  await write(ours)
})

interface Tls extends Socket {
  getPeerCertificate(): { readonly subject?: { readonly CN: string } }
}

test('what is no certificate is a fault of ours and not of the network', async () => {
  const broken = open({ tls_config: { cert: 'x', key: 'y' } })
  await expect(post(broken, 'https://localhost:1/')).rejects.toThrow('Cannot use tls_config')
})

test('redirects are followed to an end, and without our keys to another origin', async () => {
  const seen: [string, string, string, string][] = []
  const listener: RequestListener = async (request, response) => {
    const body = await textOf(request)
    const { authorization = '', 'x-key': key = '' } = request.headers
    seen.push([request.method ?? '', authorization, String(key), body])
    const to = new URL(request.url ?? '', 'http://x').searchParams.get('to')
    response.writeHead(to === null ? 200 : 307, to === null ? {} : { Location: to }).end('end')
  }
  const a = `http://127.0.0.1:${await serve(listener)}/`
  const b = `http://127.0.0.1:${await serve(listener)}/`
  const client = open({ bearer_token: 't' })
  expect(await post(client, `${a}?to=/`)).toMatchObject({ status: 200 })
  expect(seen.splice(0)).toEqual(Array(2).fill(['POST', 'Bearer t', 'k', 'hello']))
  expect(await post(client, `${a}?to=${b}`)).toMatchObject({ status: 307 })
  expect(seen.splice(0)).toHaveLength(1)
  const still = open({ bearer_token: 't', follow_redirects: false })
  expect(await post(still, `${a}?to=/`)).toMatchObject({ status: 307 })
  const circle = await serve((_, response) => response.writeHead(302, { Location: '/' }).end())
  await expect(post(client, `http://127.0.0.1:${circle}/`)).rejects.toThrow('10 redirects')
  const away = await serve((_, response) => response.writeHead(302, { Location: b }).end())
  seen.length = 0
  expect(await post(client, `http://127.0.0.1:${away}/`)).toMatchObject({ status: 200 })
  expect(seen).toEqual([['GET', '', '', '']])
})

test('an answer without end is read to its bound', async () => {
  const port = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
      response.once('drain', more)
    }
    more()
  })
  const { text } = await post(open({}), `http://127.0.0.1:${port}/`)
  expect(text).toBe('x'.repeat(64 * 1024))
})

test('an answer that stops half-way ends when it is told to', async () => {
  const began = Promise.withResolvers<void>()
  const port = await serve((_, response) => {
    response.write('x')
    began.resolve()
  })
  const stop = new AbortController()
  const client = open({})
  const sent = client.send({ url: `http://127.0.0.1:${port}/`, body: '' }, stop.signal)
  await began.promise
  stop.abort()
  await expect(sent).rejects.toThrow('no answer in time')
})

test('a connection that is cut may come back', async () => {
  const port = await serve((request) => request.socket.destroy())
  await expect(post(open({}), `http://127.0.0.1:${port}/?k=hunter2`)).rejects.toMatchObject({
    retry: true,
    message: expect.not.stringContaining('hunter2'),
  })
})

test('connections are kept and bounded', async () => {
  let openNow = 0
  let most = 0
  const sockets = new Set<Socket>()
  const held: (() => void)[] = []
  const port = await serve((request, response) => {
    sockets.add(request.socket)
    most = Math.max(most, ++openNow)
    const answer = () => {
      openNow--
      response.end()
    }
    held.push(answer)
    if (held.length >= 256) for (const one of held.splice(0)) one()
  })
  const client = open({})
  const url = `http://127.0.0.1:${port}/`
  await Promise.all(Array.from({ length: 512 }, () => post(client, url)))
  expect(most).toBe(256)
  expect(sockets.size).toBe(256)
})

test('plain http goes to a proxy as it is, https through a tunnel, with its own headers', async () => {
  const seen: string[] = []
  const plain = await serve(yes)
  const tls = await serveTls(yes)
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${loginOf(request)}`)
    response.end('from the proxy')
  })
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${loginOf(request)} ${request.headers['x-for-proxy']}`)
    const far = connect(tls, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      far.pipe(socket).pipe(far)
    })
    for (const end of [far, socket]) end.on('error', () => {})
    atEnd.push(() => far.destroy())
  })
  const port = await listen(proxy)
  const client = open({
    proxy_url: `http://me:hunter2@127.0.0.1:${port}`,
    proxy_connect_header: { 'X-For-Proxy': ['a'] },
    no_proxy: 'nowhere.example,127.0.0.2',
    tls_config: { ca: authority, server_name: 'localhost' },
  })
  const login = `Basic ${btoa('me:hunter2')}`
  expect(await post(client, 'http://far.example/x?y=1')).toMatchObject({ text: 'from the proxy' })
  expect(await post(client, 'https://far.example/')).toMatchObject({ text: 'yes' })
  expect(await post(client, `http://127.0.0.1:${plain}/`)).toMatchObject({ text: 'yes' })
  expect(seen).toEqual([`POST http://far.example/x?y=1 ${login}`, `CONNECT ${login} a`])
  const environment = { http_proxy: `127.0.0.1:${port}` }
  const told = open({ proxy_from_environment: true }, { environment })
  expect(await post(told, 'http://far.example/')).toMatchObject({ text: 'from the proxy' })
})

const loginOf = ({ headers }: IncomingMessage) => headers['proxy-authorization']

test('a proxy that wants a login fails the attempt', async () => {
  const proxy = createServer()
  proxy.on('connect', (_, socket: Socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'))
  const client = open({ proxy_url: `http://me:hunter2@127.0.0.1:${await listen(proxy)}` })
  const sent = post(client, 'https://far.example/')
  await expect(sent).rejects.toThrow('Cannot reach https://far.example')
  await expect(sent).rejects.not.toThrow('hunter2')
})

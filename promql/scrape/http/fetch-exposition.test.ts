import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals'
import { authority, server as certificate } from '#lib/http/fake/certificates'
import { type HttpServer, openHttp } from '#lib/http/server'
import { type Access, openAccess } from './access.ts'
import { createConnections } from './connections.ts'
import { fetchExposition, type Question } from './fetch-exposition.ts'

const folder = mkdtempSync(join(tmpdir(), 'zstone-fetch-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
let server: HttpServer
const closing: (() => void)[] = []

beforeEach(async () => {
  const place = { name: 'exporter', address: '127.0.0.1:0', flag: 'none' }
  server = await openHttp(place, (request, response) => handle(request, response))
})

afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await server.close()
})

function ask(path: string, given: Partial<Question> = {}) {
  const access = given.access ?? openAccess
  const connections = createConnections(access.tls)
  closing.push(connections.close)
  const question = {
    ...{ url: new URL(path, server.url), access, connections, timeoutMs: 1500 },
    ...{ sizeMaxBytes: 0, isCompressed: true },
    ...given,
  }
  const text = async () => {
    const { format, pieces } = await fetchExposition(question, AbortSignal.timeout(60_000))
    const all: Buffer[] = []
    for await (const piece of pieces) all.push(piece)
    return { format, text: Buffer.concat(all).toString() }
  }
  return { text, connections }
}

const withAccess = (given: Partial<Access>): Access => ({ ...openAccess, ...given })

test('it asks as Prometheus does, and takes packed answers', async () => {
  let asked: IncomingMessage | undefined
  handle = (request, response) => {
    asked = request
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('a 1\n'))
  }
  expect(await ask('/x?y=1').text()).toEqual({ format: 'text', text: 'a 1\n' })
  expect(asked).toMatchObject({
    url: '/x?y=1',
    headers: { 'accept-encoding': 'gzip', 'x-prometheus-scrape-timeout-seconds': '1.5' },
  })
  expect(asked?.headers.accept).toMatch(/^text\/plain;version=0\.0\.4/)
})

test('the format is what the answer says', async () => {
  const answer = (type: string) => {
    handle = (_, response) => void response.writeHead(200, { 'Content-Type': type }).end('')
    return ask('/').text()
  }
  expect(await answer('text/plain; version=0.0.4')).toMatchObject({ format: 'text' })
  expect(await answer('application/openmetrics-text; x=y')).toMatchObject({
    format: 'openmetrics',
  })
  expect(await answer('')).toMatchObject({ format: 'text' })
  await expect(answer('application/vnd.google.protobuf')).rejects.toThrow('in protobuf')
})

test('another status is said', async () => {
  handle = (_, response) => void response.writeHead(503).end('later')
  await expect(ask('/').text()).rejects.toThrow('server returned HTTP status 503 Service Unavail')
})

test('an exposition beyond its limit is refused, packed or not', async () => {
  handle = (_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('a 1\n'.repeat(1000)))
  }
  await expect(ask('/', { sizeMaxBytes: 4000 }).text()).rejects.toThrow('body size limit exceeded')
  expect((await ask('/', { sizeMaxBytes: 4001 }).text()).text).toHaveLength(4000)
})

test('an answer that breaks off is no answer', async () => {
  handle = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('a 1\n')
    setImmediate(() => response.destroy())
  }
  await expect(ask('/').text()).rejects.toThrow()
  const packed = gzipSync('a 1\n'.repeat(1000))
  handle = (_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packed.subarray(0, 20))
  }
  await expect(ask('/').text()).rejects.toThrow('unexpected end of file')
})

test('moved targets are followed, ten times at most, and not where that is forbidden', async () => {
  handle = ({ url }, response) => {
    const left = Number(url?.slice(1))
    if (left === 0) response.end('a 1\n')
    else response.writeHead(302, { Location: `/${left - 1}` }).end()
  }
  expect((await ask('/10').text()).text).toBe('a 1\n')
  await expect(ask('/11').text()).rejects.toThrow('stopped after 10 redirects')
  const access = withAccess({ followsRedirects: false })
  await expect(ask('/1', { access }).text()).rejects.toThrow('server returned HTTP status 302')
})

test('secrets are read each time, and are for the target alone', async () => {
  const file = join(folder, 'token')
  const access = withAccess({
    login: { kind: 'scheme', scheme: 'Bearer', credentials: { file } },
    headers: [['X-Scope', [{ text: 'a' }, { text: 'b' }]]],
  })
  const seen: (string | undefined)[] = []
  handle = ({ url, headers }, response) => {
    seen.push(`${headers.authorization} ${headers['x-scope']}`)
    if (url !== '/away') response.end('a 1\n')
    else {
      const away = server.url.replace('127.0.0.1', 'localhost')
      response.writeHead(301, { Location: `${away}/` }).end()
    }
  }
  for (const secret of ['first\n', 'second']) {
    writeFileSync(file, secret)
    await ask('/', { access }).text()
  }
  await ask('/away', { access }).text()
  expect(seen).toEqual([
    'Bearer first a, b',
    'Bearer second a, b',
    'Bearer second a, b',
    'undefined undefined',
  ])
  const basic = { kind: 'basic', user: { text: 'u' }, password: { text: 'p:q' } } as const
  await ask('/', { access: withAccess({ login: basic }) }).text()
  expect(seen.at(-1)).toBe(`Basic ${Buffer.from('u:p:q').toString('base64')} undefined`)
})

test('a connection is kept; one that the target has closed meanwhile is no failure', async () => {
  const ports = new Set<number | undefined>()
  handle = ({ socket, url }, response) => {
    ports.add(socket.remotePort)
    response.end('a 1\n', () => {
      if (url === '/last') setImmediate(() => socket.destroy())
    })
  }
  const connections = createConnections(openAccess.tls)
  closing.push(connections.close)
  for (const path of ['/', '/', '/last', '/', '/last', '/last', '/'])
    expect((await ask(path, { connections }).text()).text).toBe('a 1\n')
  expect(ports.size).toBeLessThan(7)
})

test('a target of TLS is believed by its authority only, unless anybody is', async () => {
  const secure = createSecureServer(certificate, (_, response) => void response.end('a 1\n'))
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  closing.push(() => secure.close())
  const { port } = secure.address() as AddressInfo
  const url = new URL(`https://localhost:${port}/`)
  const askWith = (tls: Partial<Access['tls']>) =>
    ask('/', { url, access: withAccess({ tls: { ...openAccess.tls, ...tls } }) }).text()
  await expect(askWith({})).rejects.toThrow()
  expect((await askWith({ authority: { text: authority } })).text).toBe('a 1\n')
  expect((await askWith({ trustsAnybody: true })).text).toBe('a 1\n')
  const wrong = { authority: { text: authority }, serverName: 'elsewhere.test' }
  await expect(askWith(wrong)).rejects.toThrow('elsewhere.test')
})

test('who is not patient any more hears nothing more', async () => {
  handle = (_, response) => void response.writeHead(200).write('a 1\n')
  const access = openAccess
  const connections = createConnections(access.tls)
  closing.push(connections.close)
  const patience = new AbortController()
  const question = { url: new URL(server.url), access, connections, timeoutMs: 1 }
  const { pieces } = await fetchExposition(
    { ...question, sizeMaxBytes: 0, isCompressed: false },
    patience.signal,
  )
  const read = async () => {
    for await (const _ of pieces) patience.abort(new Error('enough'))
  }
  await expect(read()).rejects.toThrow()
})

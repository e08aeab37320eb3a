import { expect, test } from '@jest/globals'
import { freePort } from '#test/free-port'
import { openConnection, shownUrl } from './connection.ts'
import { openHttp } from './server.ts'

const { signal } = new AbortController()
const here = { name: 'a test', address: '127.0.0.1:0', flag: '--none' }

test('an answer of any status is one, and the next request takes the same connection', async () => {
  const sockets = new Set<unknown>()
  await using stack = new AsyncDisposableStack()
  const server = await openHttp(here, (request, response) => {
    sockets.add(request.socket)
    response.writeHead(503, { 'Retry-After': '7' }).end(` later ${'x'.repeat(5000)}`)
  })
  stack.defer(() => server.close())
  const connection = openConnection(false)
  stack.defer(() => connection.close())
  for (const method of ['PUT', 'POST'] as const) {
    const asked = { method, url: new URL(server.url), body: Buffer.from('x') }
    const { status, headers, said } = await connection.exchange(asked, signal)
    expect([status, headers['retry-after'], said.slice(0, 8)]).toEqual([503, '7', 'later xx'])
    expect(said.length).toBeLessThanOrEqual(1024)
  }
  expect(sockets.size).toBe(1)
})

test('where nobody answers the exchange rejects', async () => {
  const connection = openConnection(false)
  const url = new URL(`http://127.0.0.1:${await freePort()}`)
  await expect(connection.exchange({ method: 'HEAD', url }, signal)).rejects.toThrow('ECONNREFUSED')
  connection.close()
})

test.each([
  ['http://me:secret@host/a?b', 'http://host/a?b'],
  ['http://host', 'http://host'],
  ['not an address', 'not an address'],
])('%s is shown as %s', (url, shown) => expect(shownUrl(url)).toBe(shown))

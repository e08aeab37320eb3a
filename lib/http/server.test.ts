import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, test } from '@jest/globals'
import { problemOf, readJson, sendJson } from '#lib/http/message'
import { openHttp } from '#lib/http/server'
import { until } from '#test/until'

const options = { name: 'the test', address: '127.0.0.1:0', flag: '--web.listen-address' }

test('a server takes a free port and says which', async () => {
  const server = await openHttp(options, (_, response) => sendJson(response, 200, { ok: true }))
  expect(await (await fetch(server.url)).json()).toEqual({ ok: true })
  await server.close()
})

test('closing waits for the answer under way, and not for a client that keeps asking', async () => {
  const held: ServerResponse[] = []
  const server = await openHttp(options, (_, response) => void held.push(response))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () =>
    new Promise<number | undefined>((resolve) => {
      const answered = (answer: IncomingMessage) => {
        answer.resume().once('end', () => resolve(answer.statusCode))
      }
      get(server.url, { agent }, answered).on('error', () => resolve(undefined))
    })
  const asked = ask()
  await until(() => held.length === 1)
  let isClosed = false
  const closed = server.close().then(() => {
    isClosed = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isClosed).toBe(false)
  held[0]?.end()
  expect(await asked).toBe(200)
  const again = ask()
  await Promise.race([again, until(() => held.length === 2)])
  held[1]?.end()
  await again
  await closed
  agent.destroy()
})

test('an occupied port names the address and the flag that changes it', async () => {
  const first = await openHttp(options, () => {})
  const again = openHttp({ ...options, address: `127.0.0.1:${first.port}` }, () => {})
  await expect(again).rejects.toThrow(
    `on 127.0.0.1:${first.port}: the port is in use; set another with --web.listen-address`,
  )
  await first.close()
})

test.each(['nonsense', '127.0.0.1:99999', '127.0.0.1'])('%j is no address', async (address) => {
  await expect(openHttp({ ...options, address }, () => {})).rejects.toThrow('expected host:port')
})

test('a body over the limit is 413 and one that is not JSON is 400', async () => {
  const server = await openHttp(options, (request, response) => {
    readJson(request, 10)
      .then((body) => sendJson(response, 200, body))
      .catch((error) => {
        const { status, body } = problemOf(error)
        sendJson(response, status, body)
      })
  })
  const post = (body: string) => fetch(server.url, { method: 'POST', body })
  expect((await post('{"a":1}')).status).toBe(200)
  expect((await post('"0123456789"')).status).toBe(413)
  expect((await post(`"${'x'.repeat(4 * 1024 * 1024)}"`)).status).toBe(413)
  expect(await (await post('{')).json()).toMatchObject({ status: 400, code: 'BODY_NOT_JSON' })
  await server.close()
})

test('an error that is not ours tells nothing of its insides', () => {
  expect(problemOf(new Error('password=x'))).toEqual({
    status: 500,
    body: { status: 500, code: 'INTERNAL', title: 'Internal error' },
  })
})

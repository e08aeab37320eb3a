/** Requests on one connection that do not wait for the answers before them. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from '@jest/globals'
import { until } from '#test/until'
import { openTestGateway } from './fake/gateway.ts'

/** Sends all requests at once, and waits until that many are answered. */
async function pipelined(url: string, requests: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  let said = ''
  socket.on('data', (chunk: Buffer) => {
    said += chunk
  })
  socket.write(requests.join(''))
  await until(() => said.split('HTTP/1.1 ').length > requests.length)
  socket.destroy()
  return said
}

function request(method: string, body: string): string {
  const head = `${method} /metrics/job/j HTTP/1.1\r\nHost: x\r\n`
  return `${head}Content-Length: ${body.length}\r\n\r\n${body}`
}

test('pushes and deletions that follow each other on a connection are taken in order', async () => {
  const server = await openTestGateway()
  try {
    const said = await pipelined(server.url, [
      request('PUT', 'a 1\n'),
      request('DELETE', ''),
      request('POST', 'b 2\n'),
      request('POST', 'c 3\n'),
      request('DELETE', ''),
      request('POST', 'd 4\n'),
    ])
    expect([...said.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '202',
      '200',
      '200',
      '202',
      '200',
    ])
    const shown = (await server.exposed()).filter((line) => /^[a-d]\{/.test(line))
    expect(shown).toEqual(['d{instance="",job="j"} 4'])
  } finally {
    await server.close()
  }
})

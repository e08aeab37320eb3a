/** Asks a server without a socket: the request and the answer never leave this process. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'

export interface Answer {
  readonly status: number
  readonly body: string
}

export interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => boolean

export function ask(handle: Handle, { method, path, body }: Asked): Promise<Answer> {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method, url: path, headers: { 'content-type': 'application/json' } })
  request.push(body === undefined ? '' : JSON.stringify(body))
  request.push(null)
  const response = new ServerResponse(request)
  let text = ''
  const sink = new Duplex({
    read() {},
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  response.assignSocket(sink as Socket) // It is written to, and asked nothing else.
  return new Promise((resolve, reject) => {
    response.on('finish', () =>
      resolve({ status: response.statusCode, body: text.split('\r\n\r\n')[1] ?? '' }),
    )
    if (!handle(request, response)) reject(new Error(`${path} is answered by nobody`))
  })
}

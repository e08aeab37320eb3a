/** Mail against a real server: TLS of each kind, each login, refusals, and servers that break. */
import type { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from '@jest/globals'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { authority, server as certificate, client } from '#lib/http/fake/certificates'
import { email } from './email.ts'
import { message, openNotifier, silentWorld } from './notifier.conformance.ts'

const atEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end()
})

interface Delivered {
  readonly mail: Buffer
  readonly to: readonly string[]
  readonly isSecure: boolean
}

/** A server that keeps what it gets. */
async function serve(options: SMTPServerOptions) {
  const mails: Delivered[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    ...certificate,
    closeTimeout: 1,
    onData(stream, { envelope, secure }, done) {
      buffer(stream).then((mail) => {
        mails.push({ mail, to: envelope.rcptTo.map(({ address }) => address), isSecure: secure })
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => {}) // A client that hangs up is what some of these are about.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  atEnd.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { mails, port: (server.server.address() as AddressInfo).port } // It listens on TCP.
}

async function send(port: number, more: object = {}, signal = new AbortController().signal) {
  const lines: string[] = []
  const entry = { to: 'ops@example.org', from: 'z@example.org', smarthost: `localhost:${port}` }
  const world = { ...silentWorld(lines), openMail: createTransport }
  const notifier = openNotifier(email, JSON.stringify({ ...entry, ...more }), world)
  return { outcome: await notifier.send(message(), signal), lines: lines.join('\n') }
}

const plain = { require_tls: false }
const noTls = { disabledCommands: ['STARTTLS'] }
const trusting = { tls_config: { ca: authority } }

test('people can read the mail', async () => {
  const { mails, port } = await serve(noTls)
  expect((await send(port, plain)).outcome).toMatchObject({ kind: 'delivered' })
  const mail = await PostalMime.parse(mails[0]?.mail ?? '')
  expect(mail.subject).toBe('[FIRING:1] DiskFailing (n1)')
  expect(mail.messageId).toBe('<lane0000-0123456789@example.org>')
  expect(mail.headers.find(({ key }) => key === 'x-zstone-trace')?.value).toBe('a'.repeat(32))
  for (const part of ['Disk <sdb> is failing', 'https://runbooks.example', 'node=n1'])
    expect(mail.text).toContain(part)
  expect(mail.html).toContain('Disk &lt;sdb&gt; is failing')
  expect(mail.html).toContain('<a href="https://runbooks.example/DiskFailing"')
})

test('a mail goes to all of to, whatever its headers say', async () => {
  const { mails, port } = await serve(noTls)
  const to = 'A <a@example.org>, b@example.org'
  await send(port, { ...plain, to, headers: { To: 'Storage team <team@example.org>' } })
  expect(mails[0]?.to).toEqual(['a@example.org', 'b@example.org'])
  const { to: shown } = await PostalMime.parse(mails[0]?.mail ?? '')
  expect(shown).toEqual([{ name: 'Storage team', address: 'team@example.org' }])
})

test.each([
  ['STARTTLS with an authority of one’s own', {}, trusting, true],
  ['TLS from the first byte', { secure: true }, { ...trusting, force_implicit_tls: true }, true],
  ['no TLS where none is asked for', noTls, plain, false],
  ['STARTTLS where it is offered, even by a stranger', {}, plain, true],
  ['no check of the name', {}, { tls_config: { insecure_skip_verify: true } }, true],
])('%s', async (_, options, more, isSecure) => {
  const { mails, port } = await serve(options)
  expect((await send(port, more)).outcome).toMatchObject({ kind: 'delivered' })
  expect(mails.map((mail) => mail.isSecure)).toEqual([isSecure])
})

test.each([
  ['a server of which nobody vouches', {}, {}],
  ['a server without STARTTLS', noTls, {}],
  ['a server of another name', {}, { tls_config: { ca: authority, server_name: 'other' } }],
  [
    'a stranger, where an authority is named',
    {},
    { require_tls: false, tls_config: { ca: client.cert } },
  ],
  ['an implicit TLS of a stranger', { secure: true }, { force_implicit_tls: true }],
])('%s gets no mail', async (_, options, more) => {
  const { mails, port } = await serve(options)
  expect((await send(port, more)).outcome).toMatchObject({ kind: 'failed' })
  expect(mails).toEqual([])
})

test('a client certificate is shown', async () => {
  const { mails, port } = await serve({
    ca: authority,
    requestCert: true,
    rejectUnauthorized: true,
  })
  const tls_config = { ca: authority, cert: client.cert, key: client.key }
  expect((await send(port, trusting)).outcome.kind).toBe('failed')
  expect((await send(port, { tls_config })).outcome.kind).toBe('delivered')
  expect(mails).toHaveLength(1)
})

const login = { auth_username: 'me', auth_password: 'hunter2' }

test.each([
  ['PLAIN', login],
  ['LOGIN', login],
  ['CRAM-MD5', { auth_username: 'me', auth_secret: 'hunter2' }],
])('a login by %s', async (method, auth) => {
  const seen: unknown[] = []
  const { mails, port } = await serve({
    authOptional: false,
    authMethods: [method],
    onAuth(given, _, done) {
      const isRight =
        given.method === 'CRAM-MD5'
          ? given.validatePassword('hunter2')
          : given.password === 'hunter2'
      seen.push([given.method, given.username, isRight])
      done(isRight ? null : new Error('535 no'), { user: 'me' })
    },
  })
  expect((await send(port, { ...trusting, ...auth })).outcome).toMatchObject({ kind: 'delivered' })
  expect(seen).toEqual([[method, 'me', true]])
  expect(mails).toHaveLength(1)
})

test('a login on behalf of another one says so', async () => {
  const said: string[] = []
  const port = await scripted({
    EHLO: '250-h\r\n250 AUTH PLAIN',
    AUTH: (line) => {
      said.push(atob(line.split(' ')[2] ?? ''))
      return '235 in'
    },
  })
  await send(port, { ...plain, ...login, auth_identity: 'boss' })
  expect(said).toEqual(['boss\0me\0hunter2'])
})

test('a wrong password lasts, and is in no outcome', async () => {
  const { port } = await serve({
    onAuth: (given, _, done) => done(new Error(`535 not ${given.password}`)),
  })
  const { outcome, lines } = await send(port, { ...trusting, ...login })
  expect(outcome).toMatchObject({ kind: 'failed', passing: false })
  expect(JSON.stringify([outcome, lines])).not.toContain('hunter2')
})

test('a login that the server does not take lasts, and names what it takes', async () => {
  const { port } = await serve({ authMethods: ['CRAM-MD5'] })
  expect((await send(port, { ...trusting, ...login })).outcome).toMatchObject({
    kind: 'failed',
    passing: false,
    reason: expect.stringContaining('CRAM-MD5 with auth_secret'),
  })
})

const refusal = (responseCode: number) => Object.assign(new Error('no'), { responseCode })

test.each([
  [450, true],
  [550, false],
])('a sender, recipient or text refused with %p: passing %p', async (code, passing) => {
  for (const options of [
    { onMailFrom: (_, __, done) => done(refusal(code)) },
    { onRcptTo: (_, __, done) => done(refusal(code)) },
    {
      onData(stream, _, done) {
        stream.resume()
        stream.on('end', () => done(refusal(code)))
      },
    },
  ] satisfies SMTPServerOptions[]) {
    const { port } = await serve({ ...noTls, ...options })
    expect((await send(port, plain)).outcome).toMatchObject({ kind: 'failed', passing })
  }
})

test('one recipient who is not known there keeps no other one from the mail', async () => {
  const refuses = (address: string, code: number) =>
    serve({
      ...noTls,
      onRcptTo: (given, _, done) => done(given.address === address ? refusal(code) : null),
    })
  const two = { ...plain, to: 'gone@example.org, ops@example.org' }
  const gone = await refuses('gone@example.org', 550)
  const { outcome, lines } = await send(gone.port, two)
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(gone.mails[0]?.to).toEqual(['ops@example.org'])
  expect(lines).toContain('gone@example.org')
  const later = await refuses('gone@example.org', 450)
  expect((await send(later.port, two)).outcome).toMatchObject({ kind: 'failed', passing: true })
})

test('an address that is none fails for good', async () => {
  const { port } = await serve(noTls)
  const { outcome } = await send(port, { ...plain, to: 'nobody' })
  expect(outcome).toMatchObject({ kind: 'failed', passing: false })
})

test.each(['', 'EHLO', 'DATA', '.'])('a server that closes after %p may come back', async (at) => {
  const port = await scripted({ [at]: 'close' })
  expect((await send(port, plain)).outcome).toMatchObject({ kind: 'failed', passing: true })
})

test.each(['', 'EHLO', 'DATA', '.'])(
  'a server that hangs at %p is left when told to',
  async (at) => {
    const reached = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const port = await scripted({
      [at]: () => {
        reached.resolve()
        return ''
      },
      left: left.resolve,
    })
    const stop = new AbortController()
    const sent = send(port, plain, stop.signal)
    await reached.promise
    stop.abort()
    expect((await sent).outcome).toMatchObject({ kind: 'failed', passing: true })
    await left.promise
  },
)

test('a server that is not there may come', async () => {
  const { outcome } = await send(1, plain)
  expect(outcome).toMatchObject({ kind: 'failed', passing: true })
  expect(outcome).toMatchObject({ reason: expect.stringContaining('localhost:1: ') })
})

interface Script {
  readonly left?: () => void
  /** By command; `` is the greeting and `.` the end of the text. */
  readonly [command: string]: string | ((line: string) => string) | (() => void) | undefined
}

/** A server that speaks by rote. */
async function scripted(script: Script): Promise<number> {
  const usual: Record<string, string> = { '': '220 h', DATA: '354 go on', QUIT: '221 bye' }
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.on('close', () => script.left?.())
    let isText = false
    const answer = (command: string, line: string) => {
      const given = script[command]
      const said = typeof given === 'function' ? given(line) : (given ?? usual[command] ?? '250 ok')
      if (said === 'close') socket.destroy()
      else if (said) socket.write(`${said}\r\n`)
      isText = command === 'DATA'
    }
    answer('', '')
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean))
        if (!isText) answer(line.split(' ')[0] ?? '', line)
        else if (line === '.') answer('.', line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd.push(() => server.close())
  return (server.address() as AddressInfo).port // It listens on TCP.
}

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { until } from '#test/until'
import { failingDisk, newFolder, openHouse, removeFolder } from './fake/house.ts'
import type { MailboxOptions } from './mailbox.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function house(given: Partial<MailboxOptions> = {}) {
  const opened = await openHouse(given)
  ends.push(() => removeFolder(opened.folder), opened.close)
  return opened
}

const trace = 'ab'.repeat(16)
const alert = {
  from: 'ZStone <z@example.org>',
  to: ['Ops <ops@example.org>', 'night@example.org'],
  subject: '[FIRING:1] DiskFailing (n1) – Größe',
  text: 'Disk <sdb> is failing: https://runbooks.example/DiskFailing',
  html: '<p>Disk &lt;sdb&gt; is <b>failing</b></p>',
  messageId: '<one@example.org>',
  inReplyTo: '<group@example.org>',
  date: new Date(1_700_000_000_000),
  headers: { 'X-ZStone-Trace': trace },
}

test('a mail that a client sends is kept and shown', async () => {
  const { send, get, mailbox, metrics } = await house()
  const sent = await send(alert)
  expect(sent.response).toMatch(/^250/)
  const [mail] = mailbox.list()
  expect(mail).toMatchObject({
    from: 'ZStone <z@example.org>',
    to: ['Ops <ops@example.org>', 'night@example.org'],
    subject: alert.subject,
    date: '2023-11-14T22:13:20.000Z',
    messageId: '<one@example.org>',
    inReplyTo: '<group@example.org>',
    headers: { 'X-ZStone-Trace': trace },
  })
  expect(mail!.text).toContain('Disk <sdb> is failing')

  const answer = await get('/mail/api/messages')
  expect(await answer.json()).toEqual({ total: 1, messages: [mail] })
  const list = await (await get('/mail')).text()
  expect(list).toContain(`<a href="/mail/${mail!.id}">[FIRING:1] DiskFailing (n1) – Größe</a>`)
  expect(list).toContain('<a href="/">')
  const page = await (await get(`/mail/${mail!.id}`)).text()
  expect(page).toContain(trace)
  expect(page).toContain('Disk &lt;sdb&gt; is failing')
  expect(page).toContain('<a href="https://runbooks.example/DiskFailing"')
  const raw = await get(`/mail/${mail!.id}.eml`)
  expect(raw.headers.get('content-disposition')).toContain('attachment')
  expect(await raw.text()).toMatch(/^Return-Path: <z@example.org>\r\nDelivered-To: ops@/)
  expect(await metrics()).toContain('zstone_mailbox_received_mails_total{outcome="kept"} 1')
})

test('a repeat with the same Message-ID is accepted and shown once, however close', async () => {
  const { send, mailbox, folder, metrics } = await house()
  await Promise.all([send(alert), send(alert), send(alert)])
  await send({ ...alert, messageId: '<two@example.org>' })
  const again = await send(alert)
  expect(again.response).toMatch(/^250/)
  expect(mailbox.list().map(({ messageId }) => messageId)).toEqual([
    '<two@example.org>',
    '<one@example.org>',
  ])
  expect(await readdir(folder)).toHaveLength(2)
  expect(await metrics()).toContain('zstone_mailbox_received_mails_total{outcome="repeated"} 3')
})

test('a restart keeps what was acknowledged, in its order, and still knows a repeat', async () => {
  const first = await openHouse()
  ends.push(() => removeFolder(first.folder))
  for (const i of [1, 2, 3]) await first.send({ ...alert, messageId: `<${i}@x>` })
  const before = first.mailbox.list()
  await first.close()
  await writeFile(join(first.folder, `${before[0]!.id}.eml.part`), 'half')
  await writeFile(join(first.folder, 'notes.txt'), 'not a mail')

  const second = await house({ folder: first.folder })
  expect(second.mailbox.list()).toEqual(before)
  expect(await readdir(first.folder)).toHaveLength(4)
  await second.send({ ...alert, messageId: '<2@x>' })
  await second.send({ ...alert, messageId: '<4@x>' })
  expect(second.mailbox.list().map(({ messageId }) => messageId)).toEqual([
    '<4@x>',
    '<3@x>',
    '<2@x>',
    '<1@x>',
  ])
})

test('beyond keepMax the oldest is dropped and counted, its file too', async () => {
  const { send, mailbox, folder, metrics } = await house({ keepMax: 2 })
  for (const i of [1, 2, 3, 4]) await send({ subject: `${i}` })
  expect(mailbox.list().map(({ subject }) => subject)).toEqual(['4', '3'])
  expect(await readdir(folder)).toHaveLength(2)
  expect(await metrics()).toContain('zstone_mailbox_dropped_mails_total 2')
  expect(await metrics()).toContain('zstone_mailbox_kept_mails 2')
})

test('a mail over the size is refused for good, and the next one is taken', async () => {
  const { send, mailbox, folder, metrics } = await house()
  const text = 'x'.repeat(200_000)
  await expect(send({ text })).rejects.toMatchObject({ responseCode: 552 })
  expect(mailbox.list()).toEqual([])
  expect(await readdir(folder)).toEqual([])
  await send({ text: 'small' })
  expect(mailbox.list()).toHaveLength(1)
  expect(await metrics()).not.toContain('outcome="aborted"')
})

test('a mail that says nothing of its size is refused once it is over', async () => {
  const { mailbox, metrics } = await house()
  const replies = await converse(mailbox.smtpAddress, [
    'EHLO x',
    'MAIL FROM:<a@x>',
    'RCPT TO:<b@y>',
    'DATA',
    `${'x'.repeat(70)}\r\n`.repeat(2000).concat('.'),
    'QUIT',
  ])
  expect(replies.at(-2)).toBe('552 Cannot keep the mail: it is over 100000 bytes')
  expect(mailbox.list()).toEqual([])
  expect(await metrics()).toContain('zstone_mailbox_received_mails_total{outcome="oversize"} 1')
})

test('a sender that goes away half-way leaves nothing', async () => {
  const { mailbox, folder, metrics } = await house()
  const commands = ['EHLO x', 'MAIL FROM:<a@x>', 'RCPT TO:<b@y>', 'DATA']
  const replies = await converse(mailbox.smtpAddress, commands)
  expect(replies.at(-1)).toMatch(/^354/)
  await until(async () => (await metrics()).includes('{outcome="aborted"} 1'))
  expect(mailbox.list()).toEqual([])
  expect(await readdir(folder)).toEqual([])
})

test.each(['write', 'rename', 'syncFolder'])(
  'while the disk refuses to %s, a sender hears 451 and nothing is half-kept',
  async (broken) => {
    let isBroken = true
    const disk = failingDisk((call) => isBroken && call === broken)
    const { send, mailbox, folder, metrics } = await house({ disk })
    await expect(send(alert)).rejects.toMatchObject({
      responseCode: 451,
      message: expect.stringContaining('the disk refuses it (ENOSPC)'),
    })
    expect(mailbox.list()).toEqual([])
    expect(await readdir(folder)).toEqual([])
    expect(await metrics()).toContain('zstone_mailbox_received_mails_total{outcome="refused"} 1')
    isBroken = false
    await send(alert)
    expect(mailbox.list()).toHaveLength(1)
  },
)

test('what a disk kept without saying so, and the sender sent again, is shown once', async () => {
  let isBroken = true
  const disk = failingDisk((call) => isBroken && (call === 'syncFolder' || call === 'remove'))
  const first = await openHouse({ disk })
  ends.push(() => removeFolder(first.folder))
  await expect(first.send(alert)).rejects.toMatchObject({ responseCode: 451 })
  isBroken = false
  await first.send(alert)
  await first.close()
  expect(await readdir(first.folder)).toHaveLength(2)
  const { mailbox, folder } = await house({ folder: first.folder })
  expect(mailbox.list()).toHaveLength(1)
  expect(await readdir(folder)).toHaveLength(1)
})

test('what a sender writes never becomes markup of our pages', async () => {
  const { send, get, mailbox } = await house()
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`
  await send({
    from: { name: hostile, address: 'a@example.org' },
    subject: hostile,
    text: `${hostile} javascript:alert(3) https://x.example/"onmouseover="alert(4)`,
    html: hostile,
    messageId: `<${hostile.replaceAll(/[<> ]/g, '')}@x>`,
    headers: { 'X-ZStone-Trace': hostile },
    attachments: [{ filename: `${hostile}.txt`, content: 'x' }],
  })
  const { id } = mailbox.list()[0]!
  for (const path of ['/mail', `/mail/${id}`]) {
    const answer = await get(path)
    const page = await answer.text()
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/<script|<img|href="javascript:|"onmouseover/)
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';/)
  }
  expect(await (await get(`/mail/${id}`)).text()).toMatch(/<iframe [^>]*sandbox title=/)
  const html = await get(`/mail/${id}/html`)
  expect(await html.text()).toContain(hostile)
  const policy = html.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^sandbox; default-src 'none';/)
  expect(policy).not.toMatch(/allow-|script-src/)
  expect(html.headers.get('x-content-type-options')).toBe('nosniff')
})

test('it answers reading under /mail, and says so where there is nothing', async () => {
  const { get } = await house()
  expect((await get('/mailbox')).status).toBe(404)
  expect(await (await get('/mailbox')).text()).toBe('elsewhere')
  const unknown = await get('/mail/..%2f..%2fetc')
  expect(unknown.status).toBe(404)
  expect(await unknown.text()).toMatch(/^Cannot show mail/)
  expect((await get('/mail/api/nothing')).headers.get('content-type')).toContain('json')
  expect((await get('/mail', { method: 'DELETE' })).status).toBe(405)
  expect((await get('/mail', { method: 'HEAD' })).status).toBe(200)
})

test('a long list comes in pages, and in JSON up to a limit', async () => {
  const { send, get } = await house({ keepMax: 150 })
  await Promise.all(
    Array.from({ length: 5 }, async (_, lane) => {
      for (let i = 0; i < 21; i++) await send({ subject: `${lane} ${i}` })
    }),
  )
  const first = await (await get('/mail')).text()
  expect(first.match(/scope="row"/g)).toHaveLength(100)
  expect(first).toContain('href="/mail?page=2"')
  const second = await (await get('/mail?page=2')).text()
  expect(second.match(/scope="row"/g)).toHaveLength(5)
  const json = async (query: string) => {
    const answer: unknown = await (await get(`/mail/api/messages${query}`)).json()
    return answer as { total: number; messages: { id: string }[] } // What the test is about.
  }
  const { total, messages } = await json('?limit=3&offset=1')
  expect(total).toBe(105)
  expect(messages).toEqual((await json('')).messages.slice(1, 4))
})

test('an occupied port, a bad address and a useless folder are one clear line each', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise((resolve) => other.close(() => resolve())))
  const taken = other.address()
  const port = typeof taken === 'object' ? taken?.port : undefined
  const folder = await newFolder()
  ends.push(() => removeFolder(folder))
  const address = `127.0.0.1:${port}`
  await expect(openHouse({ folder, address })).rejects.toThrow(
    `on ${address}: the port is in use; set another with --mailbox.listen-address`,
  )
  await expect(openHouse({ folder, address: 'mail' })).rejects.toThrow(
    'Cannot serve the mailbox on mail: expected host:port; set another with',
  )
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expect(openHouse({ folder: file })).rejects.toThrow(
    `Cannot open the mailbox in ${file}: EEXIST; let this user read and write there`,
  )
})

test('closing finishes the mail that is being written', async () => {
  let write = () => {}
  const mayWrite = new Promise<void>((resolve) => {
    write = resolve
  })
  const real = failingDisk(() => false)
  let isWriting = false
  const disk = {
    ...real,
    async write(path: string, bytes: Uint8Array) {
      isWriting = true
      await mayWrite
      await real.write(path, bytes)
    },
  }
  const opened = await openHouse({ disk })
  ends.push(() => removeFolder(opened.folder))
  const sent = opened.send(alert)
  await until(() => isWriting)
  const closed = opened.close()
  write()
  expect((await sent).response).toMatch(/^250/)
  await closed
  const [name = ''] = await readdir(opened.folder)
  expect(await readFile(join(opened.folder, name), 'utf8')).toContain('<one@example.org>')
})

/** Speaks SMTP line by line and hangs up after the last reply; returns the last line of each. */
async function converse(address: string, commands: readonly string[]): Promise<string[]> {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? []
  const socket = connect(Number(port), host)
  const replies: string[] = []
  const waiting = [...commands]
  let heard = ''
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    heard += chunk.toString()
    if (!/^\d{3} .*\r\n$/m.test(heard)) continue
    replies.push(heard.trimEnd().split('\r\n').at(-1) ?? '')
    heard = ''
    const next = waiting.shift()
    if (next === undefined) break
    socket.write(`${next}\r\n`)
  }
  socket.destroy()
  return replies.slice(1)
}

/** Two receivers of alerts, a webhook and a real SMTP server: they note what they take. */
import type { IncomingMessage } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { Notification } from '#api/alert'
import { type HttpServer, openHttp } from '#lib/http/server'
import { freePort } from '#test/free-port'

export interface Taken {
  /** Name and state of each alert, such as `DiskFailing firing`. */
  readonly says: string
  /** Attempts at one notification share it. */
  readonly key: string
  /** Whether a receiver can know that it may have heard this before. */
  readonly isMarked: boolean
}

export interface Receiver {
  readonly port: number
  /** In the order in which it came, whatever happened to the server meanwhile. */
  readonly taken: readonly Taken[]
  /** On the same port each time. */
  open(): Promise<void>
  close(): Promise<void>
}

export async function createWebhook(): Promise<Receiver> {
  const port = await freePort()
  const taken: Taken[] = []
  let server: HttpServer | undefined
  const take = async (request: IncomingMessage) => {
    const told = JSON.parse(await text(request)) as Notification // Version "4" promises this.
    const says = told.alerts.map(({ labels, status }) => `${labels['alertname']} ${status}`)
    const isMarked = told.possibleRepeat === true
    taken.push({ says: says.join(', '), key: told.idempotencyKey, isMarked })
  }
  return {
    port,
    taken,
    async open() {
      const address = `127.0.0.1:${port}`
      server = await openHttp({ name: 'a webhook', address, flag: 'none' }, (request, response) =>
        take(request).then(
          () => void response.end(),
          () => void response.writeHead(400).end(),
        ),
      )
    },
    close: async () => server?.close(),
  }
}

export async function createMailServer(): Promise<Receiver> {
  const port = await freePort()
  const taken: Taken[] = []
  let server: SMTPServer | undefined
  const take = async (mail: Buffer) => {
    const { subject = '', messageId = '' } = await PostalMime.parse(mail)
    const [, status = '', name = ''] = /^\[(FIRING|RESOLVED)\S*\] (\w+)/.exec(subject) ?? []
    const isMarked = taken.some(({ key }) => key === messageId) // Mail programs show it once.
    taken.push({ says: `${name} ${status.toLowerCase()}`, key: messageId, isMarked })
  }
  return {
    port,
    taken,
    async open() {
      const opened = new SMTPServer({
        authOptional: true,
        logger: false,
        disabledCommands: ['STARTTLS'],
        closeTimeout: 1,
        onData: (stream, _, done) =>
          void buffer(stream)
            .then(take)
            .then(() => done(), done),
      })
      opened.on('error', () => {}) // A client that is killed hangs up.
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', () => resolve()))
      server = opened
    },
    close: () =>
      new Promise((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))),
  }
}

/** Without the repeats that a receiver can drop by what they say of themselves. */
export function heard({ taken }: Receiver): readonly string[] {
  const known = new Set<string>()
  return taken
    .filter(({ says, isMarked }) => {
      const isRepeat = isMarked && known.has(says)
      known.add(says)
      return !isRepeat
    })
    .map(({ says }) => says)
}

/** The SMTP side: takes mails for anybody, answers 250 when `keep` has returned, relays nothing. */
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import { type ListenOptions, listen } from '#lib/listen'
import type { Log } from '#lib/log'
import type { Outcome, OwnMetrics } from './own-metrics.ts'

export interface Receiver {
  /** `host:port`, with the port that was really taken. */
  readonly address: string
  close(): Promise<void>
}

export interface ReceiverWorld {
  readonly keep: (bytes: Uint8Array) => Promise<'kept' | 'repeated'>
  readonly sizeBytesMax: number
  readonly log: Log
  readonly metrics: OwnMetrics
}

/** With the size of a mail this bounds the memory; who comes above it gets 421 and comes again. */
const clientsMax = 32
const recipientsMax = 100
/** How long a conversation may go on after closing began. */
const closeTimeoutMs = 2000

export async function openReceiver(
  world: ReceiverWorld,
  options: ListenOptions,
): Promise<Receiver> {
  const server = new SMTPServer({
    name: 'zstone-mailbox',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: world.sizeBytesMax,
    maxClients: clientsMax,
    maxRecipients: recipientsMax,
    closeTimeout: closeTimeoutMs,
    logger: false,
    onData(stream, session, done) {
      receive(world, stream, session).then(
        () => done(),
        (error) => done(asReply(world, error)),
      )
    },
  })
  server.on('error', (error) => world.log.debug({ error: messageOf(error) }, 'SMTP client lost'))
  const { address } = await listen(server.server, options)
  return { address, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function receive(
  { keep, sizeBytesMax, metrics }: ReceiverWorld,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<void> {
  let outcome: Outcome = 'aborted'
  try {
    const body = await readAll(stream)
    outcome = 'oversize'
    if (body === undefined) throw fault('MAIL_TOO_LARGE', { limitBytes: sizeBytesMax })
    outcome = 'refused'
    outcome = await keep(Buffer.concat([envelopeOf(session), ...body]))
  } finally {
    metrics.received(outcome)
  }
}

/** To the end, as SMTP wants it; undefined: too large, and what came was thrown away. */
async function readAll(stream: SMTPServerDataStream): Promise<readonly Buffer[] | undefined> {
  let chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (stream.sizeExceeded) chunks = []
    else chunks.push(chunk)
  }
  return stream.sizeExceeded ? undefined : chunks
}

/** Who it came from and for whom, in front of the mail, as the last server on its way does. */
function envelopeOf({ envelope }: SMTPServerSession): Buffer {
  const clean = (address: string) => address.replace(/[\p{Cc}<>]/gu, '')
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
  const lines = [
    `Return-Path: <${clean(from)}>\r\n`,
    ...envelope.rcptTo.map(({ address }) => `Delivered-To: ${clean(address)}\r\n`),
  ]
  return Buffer.from(lines.join(''))
}

/** What the sender hears: 5xx for good, 4xx to come again. */
function asReply({ log }: ReceiverWorld, error: unknown): Error {
  const isKnown = error instanceof ZstoneError
  const isFinal = isKnown && !error.retry
  if (!isFinal) log.warn({ error: messageOf(error) }, 'Mail not kept')
  const message = isKnown ? error.message : 'Cannot keep the mail: internal error; send it again'
  return Object.assign(new Error(message), { responseCode: isFinal ? 552 : 451 })
}

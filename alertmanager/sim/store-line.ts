/**
 * The line from one machine to its store: PostgreSQL's protocol passes through here, so it is known
 * whether an answer is owed; the store can go away, and a machine that loses its power hears no
 * more of it, while the server sees its connections break.
 */
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'

export interface StoreLine {
  readonly url: string
  /** A connection is being made, or an answer is owed. */
  readonly isBusy: boolean
  /** Resolves when that may have changed. */
  changed(): Promise<void>
  /** From now on it is refused; connections break. */
  leave(): Promise<void>
  comeBack(): Promise<void>
  /** The machine is gone: its connections break at the far side and stay silent at this one. */
  cut(): void
  close(): Promise<void>
}

/** Asked before each question of a machine gets to the store. */
export type OnQuestion = () => 'passes' | 'passes last' | 'is lost'

const port = 5432

export async function openStoreLine(toUrl: string, onQuestion: OnQuestion): Promise<StoreLine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-line-'))
  const socketPath = path.join(folder, `.s.PGSQL.${port}`)
  const calls = new Set<Call>()
  let waiting: (() => void)[] = []
  let isCut = false
  const tellChanged = () => {
    const told = waiting
    waiting = []
    for (const resolve of told) resolve()
  }
  let server: Server | undefined
  const listen = () =>
    new Promise<void>((resolve) => {
      server = createServer((near) => {
        if (isCut) return // Nobody is there any more.
        const call = openCall(near, connect(toUrl), { onQuestion, tellChanged })
        calls.add(call)
      })
      server.listen(socketPath, resolve)
    })
  const stopListening = () =>
    new Promise<void>((resolve) => {
      if (server === undefined) return resolve()
      server.close(() => resolve())
      server = undefined
      for (const call of calls) call.breakBoth()
    })
  await listen()
  const url = new URL(toUrl)
  const line: StoreLine = {
    url: `postgres://${url.username}:${url.password}@/${url.pathname.slice(1)}?host=${folder}&port=${port}`,
    get isBusy() {
      return [...calls].some((call) => call.isBusy)
    },
    changed: () => new Promise((resolve) => waiting.push(resolve)),
    async leave() {
      await stopListening()
      await writeFile(socketPath, '') // Where nobody listens: refused, as by a server that is down.
      tellChanged()
    },
    async comeBack() {
      await unlink(socketPath)
      await listen()
    },
    cut() {
      isCut = true
      for (const call of calls) call.cut()
      tellChanged()
    },
    async close() {
      await stopListening()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return line
}

function connect(toUrl: string): Socket {
  const { hostname, port: given, searchParams } = new URL(toUrl)
  const far = given === '' ? '5432' : given
  const folder = searchParams.get('host')
  return folder?.startsWith('/')
    ? createConnection(path.join(folder, `.s.PGSQL.${searchParams.get('port') ?? far}`))
    : createConnection(Number(far), hostname === 'localhost' ? '127.0.0.1' : hostname)
}

interface Call {
  readonly isBusy: boolean
  breakBoth(): void
  cut(): void
}

interface CallWorld {
  readonly onQuestion: OnQuestion
  readonly tellChanged: () => void
}

function openCall(near: Socket, far: Socket, { onQuestion, tellChanged }: CallWorld): Call {
  let owed = 1 // The greeting ends with a first "ready".
  let isCut = false
  let isOver = false
  const cut = () => {
    isCut = true
    far.end() // The server undoes what was not committed, and hangs up.
  }
  const questions = framed({ startsBare: true }, (kind, bytes) => {
    if (isCut) return
    const isQuestion = kind === 'Q' || kind === 'S'
    const fate = isQuestion ? onQuestion() : 'passes'
    if (isQuestion && fate !== 'is lost') owed++
    if (fate !== 'is lost') far.write(bytes)
    if (fate !== 'passes') cut()
  })
  const answers = framed({ startsBare: false }, (kind) => {
    if (kind === 'Z') owed--
  })
  near.on('data', questions)
  far.on('data', (bytes: Buffer) => {
    if (!isCut) near.write(bytes)
    answers(bytes)
    tellChanged()
  })
  const end = (other: Socket) => () => {
    isOver ||= other === near || !isCut
    if (!isCut || other === far) other.destroy()
    tellChanged()
  }
  far.on('error', () => {}).on('close', end(near))
  near.on('error', () => {}).on('close', end(far))
  return {
    get isBusy() {
      return !isOver && (isCut || owed > 0)
    },
    breakBoth() {
      near.destroy()
      far.destroy()
    },
    cut,
  }
}

/** Cuts a stream into messages: a letter and a length; the very first of a client has no letter. */
function framed(
  { startsBare }: { readonly startsBare: boolean },
  take: (kind: string, bytes: Buffer) => void,
) {
  let rest = Buffer.alloc(0)
  let isBare = startsBare
  return (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const head = isBare ? 0 : 1
      if (rest.length < head + 4) return
      const size = head + rest.readInt32BE(head)
      if (rest.length < size) return
      const message = rest.subarray(0, size)
      rest = rest.subarray(size)
      const kind = isBare ? '' : String.fromCharCode(message[0] ?? 0)
      isBare = false
      take(kind, message)
    }
  }
}

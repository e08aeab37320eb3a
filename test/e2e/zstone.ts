/** `zstone` as a child process on free ports, as its users start it. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { until } from '#test/until'
import { type Child, type ChildOptions, programOf, startChild } from './child.ts'

export interface Zstone {
  readonly child: Child
  readonly dataDir: string
  /** From its start to the line that says that it is up. */
  readonly readyMs: number
  readonly url: Readonly<Record<'web' | 'pushgateway' | 'alertmanager', string>> & {
    /** Of the embedded evaluator, where it runs. */
    readonly prometheus: string | undefined
  }
  /** Asks below `url.web` with the token of the API. */
  ask(path: string, request?: RequestInit): Promise<Response>
  mails(): Promise<readonly { readonly id: string; readonly subject: string }[]>
}

export interface ZstoneOptions extends Partial<ChildOptions> {
  readonly dataDir: string
  /** Another way to the executable: one word or more. */
  readonly command?: readonly [string, ...string[]]
}

/** A free port for every address. */
const freePorts = [
  '--web.listen-address=127.0.0.1:0',
  '--pushgateway.web.listen-address=127.0.0.1:0',
  '--alertmanager.web.listen-address=127.0.0.1:0',
  '--promql.web.listen-address=127.0.0.1:0',
  '--mailbox.listen-address=127.0.0.1:0',
]

/** Mails follow alerts at once. */
export const promptMails = ['--mail.group-wait=100ms', '--mail.group-interval=1s']

const readyMsMax = 120_000

/** Starts it, and it may still be refused: the end is the caller's to see. */
export function launchZstone({ dataDir, command, args = [], ...options }: ZstoneOptions): Child {
  const [program, ...first] = command ?? [programOf('zstone')]
  return startChild(program, {
    withinMs: 280_000,
    ...options,
    args: [...first, ...freePorts, '--data-dir', dataDir, ...args],
  })
}

/** Starts it and waits until it is up. */
export async function startZstone(options: ZstoneOptions): Promise<Zstone> {
  const startedMs = performance.now()
  const child = launchZstone(options)
  const isUp = () => {
    if (child.result() !== undefined)
      throw new Error(`zstone ended with ${child.result()}: ${child.stderr()}`)
    return child.stdout().includes('smtp ')
  }
  await until(isUp, { withinMs: readyMsMax, what: 'zstone is up' })
  const readyMs = performance.now() - startedMs
  const shown = (what: string) =>
    new RegExp(`^ +${what} +(http://[\\d.:]+)/`, 'm').exec(child.stdout())?.[1]
  const url = {
    web: present(shown('status')),
    pushgateway: present(shown('pushed metrics')),
    alertmanager: present(shown('alertmanager')),
    prometheus: shown('rules'),
  }
  const dataDir = path.resolve(options.cwd ?? '.', options.dataDir)
  const token = (await fs.readFile(path.join(dataDir, 'master-token'), 'utf8')).trim()
  const ask = (where: string, request: RequestInit = {}) =>
    fetch(`${url.web}${where}`, {
      signal: AbortSignal.timeout(60_000),
      ...request,
      headers: { Authorization: `Bearer ${token}`, ...request.headers },
    })
  const mails = async () => {
    const { messages } = (await (await ask('/mail/api/messages?limit=1000')).json()) as {
      messages: { id: string; subject: string }[] // What the mailbox documents.
    }
    return messages
  }
  return { child, dataDir, readyMs, url, ask, mails }
}

/** Whether everything of it answers. */
export async function isWell({ ask, url }: Zstone): Promise<boolean> {
  const { web: _, ...others } = url
  const answers = await Promise.all([
    ask('/-/ready'),
    ask('/v1/pools'),
    ...Object.values(others).flatMap((each) =>
      each === undefined ? [] : [fetch(`${each}/metrics`)],
    ),
  ])
  return answers.every(({ ok }) => ok)
}

/** An alert as a Prometheus would send it, until it is taken. */
export async function postAlert(
  { url }: Pick<Zstone, 'url'>,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await fetch(`${url.alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([{ labels, annotations: { summary: `About ${labels['alertname']}` } }]),
  })
  if (!answer.ok) throw new Error(`the alertmanager answered ${answer.status}`)
}

function present(found: string | undefined): string {
  if (found === undefined) throw new Error('zstone did not print its addresses')
  return found
}

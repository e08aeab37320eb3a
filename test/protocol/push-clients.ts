/** Programs and libraries that push, as people have them. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { Counter, Gauge, Histogram, Pushgateway, Registry, Summary } from 'prom-client'
import { buildGo, goSources } from '#test/go-program'

const run = promisify(execFile)

/** One metric of each kind, with one value. */
export type Values = Partial<Record<keyof typeof names, number>>

/** As `push-client.py` and `push-client.go` call them, too. */
export const names = {
  counter: 'client_runs_total',
  gauge: 'client_temperature_celsius',
  histogram: 'client_wait_seconds',
  summary: 'client_size_bytes',
} as const

export interface PushClient {
  readonly name: string
  /** A label of the group; what a client can send in a URL differs. */
  readonly path: string
  /** Whether its histogram has no buckets but those of a native one. */
  readonly isNative?: true
  /** Why it cannot run here, and the Debian packages that change that. */
  missing(): string | undefined
  /** Replaces the group. */
  push(url: string, values: Values): Promise<void>
  /** Replaces the metrics of the same name. */
  add(url: string, values: Values): Promise<void>
  remove(url: string): Promise<void>
}

const beside = (name: string) => path.join(import.meta.dirname, name)

const pairsOf = (values: Values) =>
  Object.entries(values).map(([kind, value]) => `${kind}=${value}`)

const pythonModule = '/usr/lib/python3/dist-packages/prometheus_client'

/** Debian's, whichever python3 is first on the path. */
const python: PushClient = {
  name: 'python3-prometheus-client',
  path: '/var/tmp é',
  missing: () => (existsSync(pythonModule) ? undefined : 'python3-prometheus-client'),
  ...ofProgram(async () => ['/usr/bin/python3', beside('push-client.py')]),
}

const goLibrary = `${goSources}/src/github.com/prometheus/client_golang`

export function goClient(folder: string): PushClient {
  let built: Promise<string> | undefined
  return {
    name: "Go's client_golang",
    path: '/var/tmp é',
    isNative: true,
    missing: () =>
      existsSync(goLibrary) && existsSync('/usr/bin/go')
        ? undefined
        : 'golang-go golang-github-prometheus-client-golang-dev',
    ...ofProgram(async () => {
      built ??= build(folder)
      return [await built]
    }),
  }
}

async function build(folder: string): Promise<string> {
  const program = path.join(folder, 'push-client')
  await buildGo(beside('push-client.go'), program)
  return program
}

function ofProgram(command: () => Promise<readonly string[]>) {
  const ask = async (action: string, url: string, values: Values) => {
    const [program = '', ...args] = await command()
    await run(program, [...args, url, action, 'client', '/var/tmp é', ...pairsOf(values)])
  }
  return {
    push: (url: string, values: Values) => ask('push', url, values),
    add: (url: string, values: Values) => ask('add', url, values),
    remove: (url: string) => ask('delete', url, {}),
  }
}

/** It encodes a slash as `%2F`, which the original takes for a slash: so there is none. */
const promClient: PushClient = {
  name: 'prom-client',
  path: 'tmp é',
  missing: () => undefined,
  push: async (url, values) => void (await gatewayOf(url, values).push(promGroup)),
  add: async (url, values) => void (await gatewayOf(url, values).pushAdd(promGroup)),
  remove: async (url) => void (await gatewayOf(url, {}).delete(promGroup)),
}

const promGroup = { jobName: 'client', groupings: { path: 'tmp é' } }

function gatewayOf(url: string, { counter, gauge, histogram, summary }: Values) {
  const registry = new Registry()
  const about = (kind: keyof Values) => {
    return { name: names[kind], help: 'What a client pushed.', registers: [registry] }
  }
  if (counter !== undefined) new Counter(about('counter')).inc(counter)
  if (gauge !== undefined) new Gauge(about('gauge')).set(gauge)
  if (histogram !== undefined) new Histogram(about('histogram')).observe(histogram)
  if (summary !== undefined) new Summary(about('summary')).observe(summary)
  return new Pushgateway(url, {}, registry)
}

const curl: PushClient = {
  name: 'curl',
  path: '/var/tmp é',
  missing: () => (existsSync('/usr/bin/curl') ? undefined : 'curl'),
  push: (url, values) => ask(url, '--request', 'PUT', '--data-binary', textOf(values)),
  add: (url, values) => ask(url, '--data-binary', textOf(values)),
  remove: (url) => ask(url, '--request', 'DELETE'),
}

async function ask(url: string, ...args: readonly string[]): Promise<void> {
  const value = Buffer.from(curl.path).toString('base64url')
  const place = `${url}/metrics/job/client/path@base64/${value}`
  await run('/usr/bin/curl', ['--silent', '--show-error', '--fail', ...args, place])
}

/** By hand, as in a shell script. */
function textOf(values: Values): string {
  return Object.entries(values)
    .flatMap(([kind, value]) => linesOf(kind as keyof Values, value)) // No other keys.
    .map((line) => `${line}\n`)
    .join('')
}

function linesOf(kind: keyof Values, value: number): string[] {
  const name = names[kind]
  const head = [`# HELP ${name} What a client pushed.`, `# TYPE ${name} ${kind}`]
  if (kind === 'counter' || kind === 'gauge') return [...head, `${name} ${value}`]
  const bucket = kind === 'histogram' ? [`${name}_bucket{le="+Inf"} 1`] : []
  return [...head, ...bucket, `${name}_sum ${value}`, `${name}_count 1`]
}

export const clients = [python, promClient, curl] as const

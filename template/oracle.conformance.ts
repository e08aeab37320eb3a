/** The same template over the same data, rendered by Go and by us. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { messageOf } from '#lib/errors'
import { isBuildMachine, searchPath } from '#test/environment'
import {
  createTemplates,
  fromJson,
  GoDuration,
  type GoFunction,
  GoList,
  GoMap,
  GoStruct,
  GoTime,
  goFunction,
  isTemplateError,
  type Methods,
  parseTime,
  SafeText,
  stringList,
  upper,
  type Value,
  variadic,
  zeroTime,
  zoneOf,
} from './index.ts'

export interface Case {
  readonly mode: 'text' | 'html'
  readonly source: string
  readonly data?: unknown
  readonly missingKey?: 'default' | 'zero' | 'error'
  /** Sources that are parsed before, as files. */
  readonly files?: readonly string[]
}

export interface Answer {
  readonly out: string
  readonly err: string
}

const go = '/usr/bin/go'

/** Why there is no oracle here; on the build machine there must be one. */
export function missingGo(): string | undefined {
  if (existsSync(go) || isBuildMachine()) return undefined
  return 'Templates are not compared with Go: apt-get install golang-go'
}

export interface Oracle {
  ask(cases: readonly Case[]): Promise<readonly Answer[]>
  close(): Promise<void>
}

/** Builds Go's side once; nothing is downloaded. */
export async function openOracle(): Promise<Oracle> {
  const folder = await mkdtemp(path.join(tmpdir(), 'template-oracle-'))
  const program = path.join(folder, 'oracle')
  const env = { PATH: searchPath(), GOPATH: folder, GO111MODULE: 'off', GOCACHE: folder }
  const source = path.join(import.meta.dirname, 'oracle.go')
  await run(go, { args: ['build', '-o', program, source], env, input: '' })
  return {
    async ask(cases) {
      const input = cases.map((one) => JSON.stringify(requestOf(one))).join('\n')
      const lines = (await run(program, { args: [], env: {}, input })).trim().split('\n')
      return lines.map((line) => JSON.parse(line) as Answer) // The shape that oracle.go writes.
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

const requestOf = ({ mode, source, data = null, missingKey = 'default', files = [] }: Case) => ({
  mode,
  name: 'page',
  source,
  missingKey,
  files,
  data,
})

interface Running {
  readonly args: readonly string[]
  readonly env: Record<string, string>
  readonly input: string
}

function run(program: string, { args, env, input }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString())
      else reject(new Error(`${program}: ${Buffer.concat(errors).toString()}`))
    })
    child.stdin.end(input)
  })
}

export function ours({ mode, source, data = null, missingKey = 'default', files = [] }: Case) {
  const templates = createTemplates({ functions, missingKey })
  try {
    for (const [i, file] of files.entries()) templates.add(`file${i}`, file)
    return { out: templates[mode](source, dataOf(data), 'page'), err: '' }
  } catch (error) {
    if (!isTemplateError(error)) throw error
    return { out: '', err: messageOf(error) }
  }
}

const functions: Readonly<Record<string, GoFunction>> = {
  upper: goFunction(['string'], upper),
  join: goFunction(['string', '[]string'], (separator, { items }) => items.join(separator)),
  texts: variadic([], 'string', (...texts) => stringList(texts)),
  list: variadic([], 'interface {}', (...items) => new GoList(items)),
  add: goFunction(['int', 'int'], (a, b) => a + b),
  half: goFunction(['float64'], (number) => number / 2),
  flip: goFunction(['bool'], (truth) => !truth),
  same: goFunction(['interface {}'], (item) => item),
  fails: goFunction(['string'], (reason) => {
    throw new Error(reason)
  }),
  safe: goFunction(['string'], (text) => new SafeText('HTML', text)),
  link: goFunction(['string'], (text) => new SafeText('URL', text)),
  style: goFunction(['string'], (text) => new SafeText('CSS', text)),
  code: goFunction(['string'], (text) => new SafeText('JS', text)),
  tz: goFunction(['string', 'time.Time'], (name, { epochNs }) => {
    const zone = zoneOf(name)
    if (zone === undefined) throw new Error(`unknown time zone ${name}`)
    return new GoTime(epochNs, zone)
  }),
  attr: goFunction(['string'], (text) => new SafeText('HTMLAttr', text)),
}

/** Data as both sides read it: `{"$int": 5}` is an int, and so on; a bare number is a float. */
function dataOf(json: unknown): Value {
  if (Array.isArray(json)) return new GoList(json.map(dataOf))
  if (typeof json !== 'object' || json === null) return fromJson(json)
  const entries = Object.entries(json)
  const [tag = '', inner] = entries.find(([name]) => name.startsWith('$')) ?? []
  if (tag !== '') return special[tag]?.(inner)
  return new GoMap(new Map(entries.map(([name, value]) => [name, dataOf(value)])))
}

interface AlertJson {
  readonly Status?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly StartsAt?: string
  readonly Count?: number
}

// What stands at a tag has the form that its tag says.
const special: Readonly<Record<string, (inner: unknown) => Value>> = {
  $int: (inner) => BigInt(inner as number),
  $time: (inner) => parseTime(inner as string),
  $ns: (inner) => new GoDuration(BigInt(inner as number)),
  $texts: (inner) => stringList(inner as string[]),
  $kv: (inner) => kv(inner as Record<string, string>),
  $alert: (inner) => alert(inner as AlertJson),
}

function alert({ Status = '', Labels = {}, StartsAt, Count = 0 }: AlertJson): GoStruct {
  const startsAt = StartsAt === undefined ? zeroTime : parseTime(StartsAt)
  const fields = { Status, Labels: kv(Labels), StartsAt: startsAt, Count: BigInt(Count) }
  const is = goFunction(['string'], (status) => status === Status)
  return new GoStruct('main.Alert', fields, { methods: new Map([['Is', () => is]]) })
}

function kv(json: Readonly<Record<string, string>>): GoMap {
  const entries = new Map(Object.entries(json))
  const methods: Methods = new Map<string, (self: Value) => GoFunction>([
    [
      'SortedPairs',
      (self) =>
        goFunction([], () => {
          const map = self as GoMap // The receiver of its own method.
          const pairs = map.keys().map((Name) => {
            return new GoStruct('main.Pair', { Name, Value: map.entries.get(Name) })
          })
          return new GoList(pairs, '[]main.Pair')
        }),
    ],
    [
      'Remove',
      () =>
        goFunction(['[]string'], ({ items }) =>
          kv(Object.fromEntries(Object.entries(json).filter(([name]) => !items.includes(name)))),
        ),
    ],
  ])
  return new GoMap(entries, { type: 'main.KV', zero: '', methods })
}

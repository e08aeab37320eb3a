/** Asks the libraries of the real Alertmanager, as Debian brings their sources. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { buildGo, goSources } from '#test/go-program'

export type OracleQuestion =
  /** How the classic grammar reads the text. */
  | { readonly matchers: string }
  /** Whether a time interval, as YAML, contains each instant. */
  | { readonly interval: string; readonly atMs: readonly number[] }

export interface OracleAnswer {
  readonly error?: string
  readonly matchers?: readonly (readonly [name: string, operator: string, value: string])[]
  readonly contains?: readonly boolean[]
}

const library = `${goSources}/src/github.com/prometheus/alertmanager`

/** The Debian packages that would have to be installed, if any. */
export const missingOracle = () =>
  existsSync(library) && existsSync('/usr/bin/go')
    ? undefined
    : 'golang-go golang-github-prometheus-alertmanager-dev'

export interface Oracle {
  /** One answer for each question. */
  ask(questions: readonly OracleQuestion[]): Promise<readonly OracleAnswer[]>
  close(): Promise<void>
}

/** Builds the program that knows the answers. */
export async function openOracle(): Promise<Oracle> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-oracle-'))
  const program = path.join(folder, 'oracle')
  await buildGo(path.join(import.meta.dirname, 'alertmanager-oracle.go'), program)
  return {
    ask: (questions) => answersOf(program, questions),
    close: () => rm(folder, { recursive: true }),
  }
}

function answersOf(program: string, questions: readonly OracleQuestion[]) {
  return new Promise<readonly OracleAnswer[]>((resolve, reject) => {
    const child = spawn(program, { env: {}, stdio: ['pipe', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part
    })
    child.on('error', reject)
    child.on('close', () =>
      resolve(
        output
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    )
    child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  })
}

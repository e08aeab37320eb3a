/** For tests: a program that prints what it is told to, by its arguments. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface FakeAnswer {
  readonly output?: string
  readonly complaint?: string
  readonly exitCode?: number
  /** It never ends. */
  readonly hangs?: true
}

export interface FakeProgram {
  readonly path: string
  /** What it answers from now on, by its arguments, `-S eth0`; anything else ends with 1. */
  answer(answers: Readonly<Record<string, string | FakeAnswer>>): void
  /** Whether it has come to an answer that never ends. */
  hangs(): boolean
  remove(): void
}

export function createFakeProgram(name: string): FakeProgram {
  const folder = mkdtempSync(join(tmpdir(), 'zstone-program-'))
  const path = join(folder, name)
  const hanging = join(folder, 'hanging')
  return {
    path,
    answer(answers) {
      const cases = Object.entries(answers).map(([args, answer], i) => {
        const said = typeof answer === 'string' ? { output: answer } : answer
        writeFileSync(join(folder, `${i}.out`), said.output ?? '')
        writeFileSync(join(folder, `${i}.err`), said.complaint ?? '')
        const wait = said.hangs ? `: >${hanging}; sleep 60;` : ''
        const print = `cat ${folder}/${i}.out; cat ${folder}/${i}.err >&2`
        return `'${args}') ${wait} ${print}; exit ${said.exitCode ?? 0};;`
      })
      rmSync(hanging, { force: true })
      writeFileSync(path, `#!/bin/sh\ncase "$*" in\n${cases.join('\n')}\n*) exit 1;;\nesac\n`)
      chmodSync(path, 0o755)
    },
    hangs: () => existsSync(hanging),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

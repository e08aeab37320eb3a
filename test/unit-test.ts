/** Unit tests of rules, run by ours and by promtool: what each says, in a shape to compare. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { runUnitTests } from '../bin/compose/unit-test.ts'

export interface Told {
  readonly status: number
  /** Both outputs, each line by itself. */
  readonly lines: readonly string[]
}

export async function tellOurs(args: readonly string[]): Promise<Told> {
  const lines: string[] = []
  const add = (line: string) => void lines.push(...line.split('\n'))
  const status = await runUnitTests(args, { print: add, complain: add })
  return { status, lines }
}

export function tellPromtool(args: readonly string[]): Told {
  const options = { encoding: 'utf8', maxBuffer: 1024 ** 3 } as const
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', ...args], options)
  return { status: status ?? -1, lines: `${stdout}\n${stderr}`.split('\n') }
}

/** Whether the promtool at hand is of Prometheus 3, and so speaks its dialect. */
export function speaksPrometheus3(): boolean {
  const { stdout, stderr } = spawnSync('promtool', ['--version'], { encoding: 'utf8' })
  return /version 3\./.test(stdout + stderr)
}

/**
 * What both must say alike: each case with what it expects and what was found. Why is ours alone;
 * of errors the place counts, for their words name series in any order.
 */
export function substanceOf({ status, lines }: Told): readonly string[] {
  const told = lines.filter((line) => /^ {4}/.test(line) && !/^ {8}why:/.test(line))
  return [`status ${status}`, ...told.map((line) => line.replace(/, err: .*/s, ', err'))]
}

/** A folder with these files, until `run` is done. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  run: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-unit-test-'))
  try {
    for (const [name, text] of Object.entries(files))
      await fs.writeFile(path.join(folder, name), text)
    return await run(folder)
  } finally {
    await fs.rm(folder, { recursive: true })
  }
}

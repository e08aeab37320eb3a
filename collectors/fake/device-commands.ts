/** For tests: a folder of recordings, and the programs that replay them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Answer } from '../replay/manifest.ts'
import { prepareReplay } from '../replay/replay.ts'

export interface DeviceCommands {
  /** Of the recordings. */
  readonly folder: string
  pathOf(program: string): string
  /** An environment in which its programs are found before all others. */
  readonly env: Readonly<Record<string, string>>
  write(file: string, content: string): void
  remove(file: string): void
  /** What is answered from now on. */
  answer(answers: readonly Answer[]): void
  close(): void
}

export function createDeviceCommands(): DeviceCommands {
  const folder = mkdtempSync(join(tmpdir(), 'zstone-commands-'))
  const into = join(folder, 'programs')
  mkdirSync(into)
  const write = (file: string, content: string) => writeFileSync(join(folder, file), content)
  return {
    folder,
    pathOf: (program) => join(into, program),
    env: { PATH: [into, '/usr/bin', '/bin'].join(delimiter) },
    write,
    remove: (file) => rmSync(join(folder, file)),
    answer(answers) {
      write('manifest.json', JSON.stringify({ answers }))
      prepareReplay(folder, into)
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

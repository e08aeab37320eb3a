/** A folder of programs that stand for the real ones: made of a manifest and its recordings. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fault } from '#api/errors'
import { numberAt, parseJson } from '../smart/json.ts'
import { type Answer, parseManifest } from './manifest.ts'
import { type Recordings, scriptOf } from './script.ts'

/**
 * Writes a script into `into`, an empty folder, for each program that the manifest in `folder` has.
 * Gives the folders that go before all others on the PATH: programs that stand in `folder` itself
 * are used as they are.
 */
export function prepareReplay(folder: string, into: string): readonly string[] {
  const from = resolve(folder)
  if (!existsSync(from)) throw fault('DEVICE_COMMANDS_MISSING', { folder })
  const path = join(from, 'manifest.json')
  if (!existsSync(path)) return [from]
  const answers = parseManifest(readFileSync(path, 'utf8'), path)
  for (const [program, own] of Map.groupBy(answers, (answer: Answer) => answer.program)) {
    const script = join(into, program)
    writeFileSync(script, scriptOf(program, own, recordingsIn(from)))
    chmodSync(script, 0o755)
  }
  return [into, from]
}

function recordingsIn(folder: string): Recordings {
  const pathOf = (output: string) => resolve(folder, output)
  return {
    pathOf,
    exitOf(output) {
      const path = pathOf(output)
      const answer = existsSync(path) ? parseJson(readFileSync(path, 'utf8')) : undefined
      const status = answer && numberAt(answer, 'smartctl.exit_status')
      return status !== undefined && status >= 0 && status <= 255 ? status : 0
    },
  }
}

/** Programs in Go, built from what Debian brings: nothing is downloaded. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { assert } from '#lib/assert'
import { runSocket, searchPath } from './environment.ts'

export const goSources = '/usr/share/gocode'

/** Go brings its library as source: compiled once a run, not once a test file. */
export async function buildGo(source: string, program: string): Promise<void> {
  const socket = runSocket()
  assert(socket !== undefined, 'jest ran without test/global-setup.ts')
  const GOCACHE = path.join(path.dirname(socket), 'go-cache')
  const env = { PATH: searchPath(), GOPATH: goSources, GO111MODULE: 'off', GOCACHE }
  await promisify(execFile)('/usr/bin/go', ['build', '-o', program, source], { env })
}

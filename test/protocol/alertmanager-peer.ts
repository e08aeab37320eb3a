/** Debian's prometheus-alertmanager as a child process. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { searchPath } from '#test/environment'
import { freePort } from '#test/free-port'
import { until } from '#test/until'

const program = 'prometheus-alertmanager'
const env = { PATH: searchPath() }

/** The Debian package that would have to be installed, if any. */
export const missingAlertmanager = () =>
  spawnSync(program, ['--version'], { env }).status === 0 ? undefined : program

export interface AlertmanagerPeer {
  readonly url: string
  close(): Promise<void>
}

export async function openAlertmanagerPeer(yaml: string): Promise<AlertmanagerPeer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-peer-'))
  const file = path.join(folder, 'alertmanager.yml')
  await writeFile(file, yaml)
  const address = `127.0.0.1:${await freePort()}`
  const args = [
    `--config.file=${file}`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]
  const child = spawn(program, args, { env, stdio: 'ignore' })
  const url = `http://${address}`
  await until(() =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return {
    url,
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true })
    },
  }
}

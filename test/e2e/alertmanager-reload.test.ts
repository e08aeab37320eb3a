/** SIGHUP reads alertmanager.yml again; a bad file keeps the old one. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { freshDatabase } from '#test/postgres'
import { until } from '#test/until'
import { programOf, startChild, temporaryFolder } from './child.ts'

const yaml = (interval: string) =>
  `route: { receiver: r, group_interval: ${interval} }\nreceivers: [{ name: r }]\n`

test('SIGHUP loads a good file, and keeps the old one where the new one is bad', async () => {
  const folder = await temporaryFolder()
  const { url: databaseUrl, drop } = await freshDatabase()
  const file = path.join(folder, 'alertmanager.yml')
  await fs.writeFile(file, yaml('5m'))
  const child = startChild(programOf('zstone-alertmanager'), {
    args: [
      `--config.file=${file}`,
      `--storage.path=${folder}/data`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
    ],
    env: { DATABASE_URL: databaseUrl },
    cwd: folder,
    withinMs: 280_000,
  })
  const said = () => child.stdout() + child.stderr()
  const address = await until(() => /Listening on.*?address=(\S+)/.exec(said())?.[1])
  const get = async (where: string) => (await fetch(`http://${address}${where}`)).text()
  const shown = async () => (await get('/api/v2/status')).match(/group_interval: (\w+)/)?.[1]
  const succeeded = async () =>
    (await get('/metrics')).match(/^alertmanager_config_last_reload_successful (\d)$/m)?.[1]
  await until(async () => (await succeeded()) === '1')
  expect(await shown()).toBe('5m')

  await fs.writeFile(file, yaml('0s'))
  process.kill(child.pid, 'SIGHUP')
  await until(async () => (await succeeded()) === '0')
  expect(await shown()).toBe('5m')
  await until(() => /Reload failed; the old configuration holds/.test(said()))

  await fs.writeFile(file, yaml('7m'))
  process.kill(child.pid, 'SIGHUP')
  await until(async () => (await shown()) === '7m')
  expect(await succeeded()).toBe('1')
  await until(() => /receiver \W+r\W+ has no integration/.test(said()))
  expect(await child.end('SIGTERM')).toBe(0)
  await drop()
})

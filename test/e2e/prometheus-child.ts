/** A real Prometheus with a configuration of the test's, that scrapes what runs here. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '#test/free-port'
import { until } from '#test/until'
import { startChild, temporaryFolder } from './child.ts'

/** Resolves with its URL. It ends with the test file. */
export async function startPrometheus(
  config: object,
  flags: readonly string[] = [],
): Promise<string> {
  const folder = await temporaryFolder()
  const file = path.join(folder, 'prometheus.yml')
  await fs.writeFile(file, JSON.stringify(config)) // YAML holds JSON.
  const address = `127.0.0.1:${await freePort()}`
  const child = startChild('prometheus', {
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(folder, 'store')}`,
      `--web.listen-address=${address}`,
      ...flags,
    ],
    withinMs: 280_000,
  })
  const isReady = async () => {
    if (child.result() !== undefined) throw new Error(`prometheus ended: ${child.stderr()}`)
    return (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok
  }
  await until(isReady, { what: 'prometheus is ready' })
  return `http://${address}`
}

export const targetOf = (url: string) => ({
  static_configs: [{ targets: [new URL(url).host] }],
})

/** Under the labels that it tells, as a gateway is scraped. */
export const scrapedFrom = (url: string) => ({ honor_labels: true, ...targetOf(url) })

/** The real programs that tests run beside ours, and the Debian package that brings each. */
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { searchPath } from './environment.ts'

/** A library is told by the folder where Debian puts it, a program by its name. */
const packages = {
  '/usr/lib/python3/dist-packages/prometheus_client': 'python3-prometheus-client',
  '/usr/lib/python3/dist-packages/snappy': 'python3-snappy',
  '/usr/share/gocode/src/github.com/prometheus/alertmanager':
    'golang-github-prometheus-alertmanager-dev',
  '/usr/share/gocode/src/github.com/prometheus/client_golang':
    'golang-github-prometheus-client-golang-dev',
  amtool: 'prometheus-alertmanager',
  curl: 'curl',
  go: 'golang-go',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'prometheus-pushgateway': 'prometheus-pushgateway',
  'redis-server': 'redis-server',
}

/** One line: what will be skipped, and how to change that. Undefined: nothing is missing. */
export function missingPeers(): string | undefined {
  const folders = searchPath().split(':')
  const missing = Object.entries(packages).filter(
    ([program]) => !folders.some((folder) => existsSync(resolve(folder, program))),
  )
  if (missing.length === 0) return undefined
  const names = missing.map(([program]) => basename(program)).join(', ')
  const wanted = [...new Set(missing.map(([, name]) => name))].join(' ')
  return `Tests beside ${names} are skipped: not installed. apt-get install ${wanted}`
}

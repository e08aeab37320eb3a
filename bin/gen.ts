/**
 * `npm run gen` writes what is generated; `-- --check` only says whether that would change
 * anything.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { kinds } from '#api/kinds/all'
import { dashboardFiles } from '#dashboards'
import { type ConfigRow, readConfig } from '#lib/config'
import { openApiOf } from '#master'
import { zstoneSettings } from './compose/settings.ts'

const files: readonly (readonly [path: string, content: string])[] = [
  ['api/generated/openapi.json', `${JSON.stringify(openApiOf(kinds), null, 2)}\n`],
  ['docs/reference/settings.md', settingsPage()],
  ...dashboardFiles().map(
    ({ name, content }) => [`dashboards/generated/${name}`, content] as const,
  ),
]

const isCheck = process.argv.includes('--check')
for (const [path, content] of files) {
  if (current(path) === content) continue
  if (isCheck) {
    console.error(`${path} is not what its source gives; run npm run gen and commit`)
    process.exitCode = 1
    continue
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  console.log(`wrote ${path}`)
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function settingsPage(): string {
  const { rows } = readConfig(zstoneSettings, { args: [], env: {} })
  const lines = rows.map((row) => `| \`${row.key}\` | ${shown(row)} | ${row.help} |`)
  return [
    '# Settings of zstone',
    '',
    'Each is a flag (`--<name>`), an environment variable (`ZSTONE_<NAME>`, dots and dashes as `_`)',
    'and a key of the file that `--config` names. A flag beats the environment, which beats the file.',
    'Durations are written as `15s`, `1h30m` or `2d`, sizes in bytes.',
    'Written by `npm run gen`.',
    '',
    '| setting | default | what it does |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

function shown({ value, shown: text }: ConfigRow): string {
  if (value === undefined || value === '') return 'none'
  return typeof value === 'object' ? `\`${JSON.stringify(value)}\`` : `\`${text}\``
}

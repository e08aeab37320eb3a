/** Which system is installed: os-release. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'

const info = gauge('node_os_info', 'Which system is installed; always 1.')
const version = gauge('node_os_version', 'Its version, major and minor, as a number.')

/** The second is read where there is no first. */
const paths = ['/etc/os-release', '/usr/lib/os-release']

const fields = [
  'BUILD_ID',
  'ID',
  'ID_LIKE',
  'IMAGE_ID',
  'IMAGE_VERSION',
  'NAME',
  'PRETTY_NAME',
  'VARIANT',
  'VARIANT_ID',
  'VERSION',
  'VERSION_CODENAME',
  'VERSION_ID',
]

export function createOs({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'os',
    collect() {
      const families = createFamilies()
      const text = paths.map((path) => files.readIfPresent(path)).find((one) => one !== undefined)
      if (text === undefined) return []
      const said = settingsOf(text)
      const of = (field: string) => [field.toLowerCase(), said.get(field) ?? '']
      families.add(info, Object.fromEntries(fields.map(of)), 1)
      const [number] = /^\d+(\.\d+)?/.exec(said.get('VERSION_ID') ?? '') ?? []
      const labels = Object.fromEntries(['ID', 'ID_LIKE', 'NAME'].map(of))
      families.add(version, labels, number === undefined ? undefined : Number(number))
      return families.list()
    },
  }
}

/** Lines as a shell reads them: NAME=value, NAME="value", NAME='value'. */
function settingsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^(\w+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*))$/gm)
  return new Map(
    [...lines].map(([, name = '', double, single, bare]) => [
      name,
      double?.replace(/\\(.)/g, '$1') ?? single ?? bare?.trim() ?? '',
    ]),
  )
}

/** What udev found out about block devices: /run/udev/data. */
import type { Files } from '../files.ts'

/** What udev says of a device; empty where it says nothing. */
export type UdevProperties = ReadonlyMap<string, string>

const nothing: UdevProperties = new Map()

/** Reads a device's file again when udev has written it anew, which is seldom. */
export function createUdev(
  files: Pick<Files, 'readText' | 'stampOf'>,
): (major: string, minor: string) => UdevProperties {
  const known = new Map<string, { readonly word: string; readonly properties: UdevProperties }>()
  return (major, minor) => {
    const path = `/run/udev/data/b${major}:${minor}`
    const word = files.stampOf(path)?.word
    if (word === undefined) {
      known.delete(path)
      return nothing
    }
    const before = known.get(path)
    if (before?.word === word) return before.properties
    const properties = propertiesIn(files.readText(path))
    known.set(path, { word, properties })
    return properties
  }
}

function propertiesIn(text: string): UdevProperties {
  const lines = text.matchAll(/^E:([^=\n]+)=(.*)$/gm)
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]))
}

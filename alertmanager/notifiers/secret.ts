/** A secret that stands in the configuration or in a file; a file is read at every attempt. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Fields, type Place, refusal, text } from '../config/reader.ts'

export interface Secret {
  /** Where it stands in the configuration, to be masked. */
  readonly places: readonly Place[]
  read(): Promise<string>
}

/** `name` or `name_file`, not both; undefined where neither is given. */
export function secretOf(own: Fields, at: Place, name: string): Secret | undefined {
  const value = own.optional(name, (place) => ({ place, text: text(place) }))
  const file = own.optional(`${name}_file`, text)
  const isGiven = value !== undefined && value.text !== ''
  const isInFile = file !== undefined && file !== ''
  if (isGiven && isInFile)
    throw refusal(at, `at most one of ${name} & ${name}_file must be configured`)
  if (isGiven) return { places: [value.place], read: async () => value.text }
  return isInFile ? secretFile(at, file) : undefined
}

export function secretFile(at: Place, file: string): Secret {
  const full = path.resolve(path.dirname(at.source.file), file)
  return { places: [], read: async () => (await readFile(full, 'utf8')).trim() }
}

/** amtool's configuration files: flags by name. The first file that names one rules. */
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What of a file means something here; the others are for amtool itself. */
const known = new Set(['alertmanager.url', 'author', 'output', 'date.format', 'timeout'])

export function readConfigFiles(files: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const file of files.filter((path) => existsSync(path))) {
    const content: unknown = parse(readFileSync(file, 'utf8')) ?? {}
    if (typeof content !== 'object' || content === null || Array.isArray(content))
      throw new Error(`${file} is no map of flags`)
    for (const [name, value] of Object.entries(content)) {
      if (name === 'http.config.file')
        throw new Error(
          `${file}: http.config.file is not supported yet; put the login into the URL`,
        )
      if (known.has(name) && !found.has(name)) found.set(name, String(value))
    }
  }
  return found
}

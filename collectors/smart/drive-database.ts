/**
 * The drive database of smartctl, cut down to what one model needs. smartctl spends four fifths of
 * its own time parsing the whole of it at every call; with the version entry, the defaults and the
 * entry of the model it prints the same.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DriveDatabase {
  /**
   * A file for `--drivedb=` that serves this model; undefined: the whole one has to do. `version`
   * is that of the database that smartctl used, as it says it: `7.3/5319`.
   */
  fileFor(drive: DriveIdentity, version: string): string | undefined
}

export interface DriveIdentity {
  readonly model: string
  readonly firmware: string
}

export interface DriveDatabaseOptions {
  /** Where the cut-down files go; nobody else may write there. */
  readonly folder: string
  /** Where smartctl has the whole; the first that is there. */
  readonly paths?: readonly string[]
  /** Entries of the owner, which go before all others: then nothing is cut. */
  readonly ownPath?: string
}

interface Entry {
  readonly family: string
  readonly model: string
  readonly firmware: string
  /** As it stands in the file. */
  readonly source: string
}

const pathsDefault = [
  '/var/lib/smartmontools/drivedb/drivedb.h',
  '/usr/share/smartmontools/drivedb.h',
]
/** So many different models no node has; more are read with the whole database. */
const modelsMax = 256

export function createDriveDatabase(options: DriveDatabaseOptions): DriveDatabase {
  const { folder, paths = pathsDefault, ownPath = '/etc/smart_drivedb.h' } = options
  const files = new Map<string, string | undefined>()
  let changedMs: number | undefined
  let entries: readonly Entry[] = []

  const load = (): void => {
    const path = paths.find((each) => changeOf(each) !== undefined)
    const change = path === undefined ? undefined : changeOf(path)
    if (change === changedMs) return
    changedMs = change
    entries = path === undefined ? [] : entriesOf(readFileSync(path, 'utf8'))
    files.clear()
  }
  const write = (drive: DriveIdentity, number: number): string | undefined => {
    const needed = [...entries.filter(isForAll), ...matching(entries, drive)]
    if (!needed.some(({ family }) => family === 'DEFAULT')) return undefined
    const path = join(folder, `drive-${number}.h`)
    writeFileSync(path, `${needed.map(({ source }) => source).join(',\n')},\n`, { mode: 0o600 })
    return path
  }
  return {
    fileFor(drive, version) {
      try {
        load()
        if (changeOf(ownPath) !== undefined || versionOf(entries) !== version) return undefined
        const key = `${drive.model}\n${drive.firmware}`
        if (!files.has(key) && files.size < modelsMax) files.set(key, write(drive, files.size))
        return files.get(key)
      } catch {
        return undefined // A shortcut that does not work out costs time, never the reading.
      }
    },
  }
}

const changeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs

const isForAll = ({ family }: Entry) => family === 'DEFAULT' || family.startsWith('VERSION:')

/** `VERSION: 7.3 $Id: drivedb.h 5319 …`, from 7.5 on `VERSION: 7.5/5706 …`. */
function versionOf(entries: readonly Entry[]): string | undefined {
  const text = entries.find(({ family }) => family.startsWith('VERSION:'))?.family ?? ''
  const [, branch, newer, older] =
    /^VERSION: (\d+\.\d+)(?:\/(\d+)| \$Id: drivedb\.h (\d+))/.exec(text) ?? []
  return branch === undefined ? undefined : `${branch}/${newer ?? older}`
}

/** Both expressions have to match the whole; the first entry wins. */
function matching(entries: readonly Entry[], drive: DriveIdentity): readonly Entry[] {
  const isWhole = (pattern: string, text: string) => new RegExp(`^(?:${pattern})$`).test(text)
  const found = entries.find(
    (entry) =>
      !isForAll(entry) &&
      !entry.family.startsWith('USB:') &&
      isWhole(entry.model, drive.model) &&
      (entry.firmware === '' || isWhole(entry.firmware, drive.firmware)),
  )
  return found === undefined ? [] : [found]
}

/** One pass over a list in C: entries in braces, fields of adjacent strings, comments. */
const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"((?:[^"\\]|\\.)*)"|[{},]/g

function entriesOf(text: string): readonly Entry[] {
  const entries: Entry[] = []
  let fields: string[] = []
  let start = 0
  for (const match of text.matchAll(token)) {
    const [symbol, literal] = match
    if (symbol === '{') {
      fields = ['']
      start = match.index
    } else if (literal !== undefined) fields[fields.length - 1] += unescaped(literal)
    else if (symbol === ',') fields.push('')
    else if (symbol === '}') {
      const [family = '', model = '', firmware = ''] = fields
      entries.push({ family, model, firmware, source: text.slice(start, match.index + 1) })
    }
  }
  return entries
}

const unescaped = (literal: string) => literal.replace(/\\(.)/g, '$1')

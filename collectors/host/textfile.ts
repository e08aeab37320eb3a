/**
 * Metrics that other programs leave as text in a folder: `*.prom`. A file that cannot be read
 * spoils only itself: it has no series, and node_textfile_scrape_error says that there is one.
 */
import type { MetricFamily } from '#api/sample'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { createReasons } from '../reasons.ts'
import { parseText } from './textfile/parse.ts'

const modified = gauge('node_textfile_mtime_seconds', 'When a file that was read was written.')
const failed = gauge('node_textfile_scrape_error', 'Whether a file or the folder was unreadable.')

/** A folder with more is an error, and its other files are left out. */
const filesMax = 500

export interface TextfileOptions {
  readonly files: Pick<Files, 'list' | 'readText' | 'stampOf'>
  readonly log: Log
  /** Absent: there is none. */
  readonly textfileFolder?: string | undefined
}

/** A file as it was read: again only once it was written anew. */
interface Reading {
  readonly word: string
  readonly modifiedMs: number
  readonly families: readonly MetricFamily[]
  /** Why there are none. */
  readonly reason?: string
}

export function createTextfile({ files, log, textfileFolder }: TextfileOptions): Collector {
  const reasons = createReasons(log, 'textfile')
  let readings = new Map<string, Reading>()
  const read = (path: string): Reading | undefined => {
    const stamp = files.stampOf(path)
    const before = readings.get(path)
    if (stamp === undefined || before?.word === stamp.word) return stamp && before
    try {
      return { ...stamp, families: parseText(files.readText(path), `Metric read from ${path}`) }
    } catch (error) {
      return { ...stamp, families: [], reason: messageOf(error) }
    }
  }
  const readAll = (folder: string) => {
    const found = namesIn(folder, files)
    reasons.tell(folder, found.reason)
    const now = new Map<string, Reading>()
    for (const name of found.names) {
      const path = `${folder}/${name}`
      const reading = read(path)
      if (reading !== undefined) now.set(path, reading)
      if (reading !== undefined) reasons.tell(path, reading.reason)
    }
    // What is gone is not wrong any more.
    for (const path of readings.keys()) if (!now.has(path)) reasons.tell(path, undefined)
    readings = now
    return found.reason === undefined
  }
  return {
    name: 'textfile',
    collect() {
      const isFolderGood = textfileFolder === undefined || readAll(textfileFolder)
      const own = createFamilies()
      for (const [file, { modifiedMs, reason }] of readings)
        if (reason === undefined) own.add(modified, { file }, modifiedMs / 1000)
      const all = [...readings.values()]
      const areFilesGood = all.every(({ reason }) => reason === undefined)
      own.add(failed, {}, isFolderGood && areFilesGood ? 0 : 1)
      return [...all.flatMap(({ families }) => families), ...own.list()]
    },
  }
}

function namesIn(
  folder: string,
  files: Pick<Files, 'list'>,
): { readonly names: readonly string[]; readonly reason?: string } {
  try {
    const names = files.list(folder).filter((name) => name.endsWith('.prom'))
    if (names.length <= filesMax) return { names }
    return { names: names.sort().slice(0, filesMax), reason: `it has more than ${filesMax} files` }
  } catch (error) {
    return { names: [], reason: messageOf(error) }
  }
}

import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Log, silentLog } from '#lib/log'
import { collected } from '../fake/series.ts'
import { createFiles } from '../files.ts'
import { createTextfile } from './textfile.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zstone-textfile-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): void {
  writeFileSync(join(folder, 'writing'), text)
  utimesSync(join(folder, 'writing'), 1_763_700_000, 1_763_700_000)
  renameSync(join(folder, 'writing'), join(folder, name))
}

const textfileIn = (textfileFolder: string | undefined, log: Log = silentLog) =>
  createTextfile({ files: createFiles(), log, textfileFolder })

test('metrics of other programs are served, with the time when they were written', async () => {
  write('backup.prom', '# TYPE backup_ok gauge\nbackup_ok{disk="sda"} 1\n')
  write('notes.txt', 'not for us')
  expect(await collected(textfileIn(folder))).toEqual({
    'backup_ok{disk="sda"}': 1,
    [`node_textfile_mtime_seconds{file="${folder}/backup.prom"}`]: 1_763_700_000,
    node_textfile_scrape_error: 0,
  })
})

test('a broken file spoils only itself, and its reason is told once', async () => {
  const told: unknown[] = []
  const note = (fields: object) => void told.push(fields)
  const textfile = textfileIn(folder, { ...silentLog, warn: note, info: note })
  write('a.prom', 'fine 1\n')
  write('b.prom', 'broken{\n')
  await collected(textfile)
  const series = await collected(textfile)
  expect(series).toMatchObject({ fine: 1, node_textfile_scrape_error: 1 })
  expect(Object.keys(series).filter((name) => name.includes('b.prom'))).toEqual([])
  expect(told).toEqual([{ textfile: `${folder}/b.prom`, reason: 'line 1: it is no sample' }])
  write('b.prom', 'mended 2\n')
  expect(await collected(textfile)).toMatchObject({ mended: 2, node_textfile_scrape_error: 0 })
  rmSync(join(folder, 'b.prom'))
  expect(await collected(textfile)).not.toHaveProperty('mended')
})

test('a file is parsed anew only when it was written anew', async () => {
  write('a.prom', 'fine 1\n')
  let readings = 0
  const files = createFiles()
  const counting = {
    ...files,
    readText(path: string) {
      readings++
      return files.readText(path)
    },
  }
  const textfile = createTextfile({ files: counting, log: silentLog, textfileFolder: folder })
  await collected(textfile)
  await collected(textfile)
  expect(readings).toBe(1)
  write('a.prom', 'fine 3\n')
  expect(await collected(textfile)).toMatchObject({ fine: 3 })
})

test('a folder that is not there is an error, no folder at all is none', async () => {
  expect(await collected(textfileIn('/nowhere'))).toEqual({ node_textfile_scrape_error: 1 })
  expect(await collected(textfileIn(undefined))).toEqual({ node_textfile_scrape_error: 0 })
})

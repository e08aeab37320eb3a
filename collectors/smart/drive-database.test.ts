import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { recorded } from '../fake/recorded.ts'
import { createDriveDatabase } from './drive-database.ts'
import { parseJson, textAt } from './json.ts'

const invented = String.raw`
/* A comment with { "braces", } in it. */
/*
const drive_settings builtin_knowndrives[] = {
 */
  { "VERSION: 7.3 $Id: drivedb.h 5319 2022-02-19 $", "-", "-", "Version information", "" },
  { "DEFAULT", "-", "-",
    "Default settings",
    "-v 1,raw48,Raw_Read_Error_Rate "
    "-v 5,raw16(raw16),Reallocated_Sector_Ct"
  },
  { "ZStone platters", // tested with ZST HD-2000
    "ZST HD-(1|2)000|"
    "ZST \\(R\\) HD",
    "ZB0[12]", "", "-v 9,minutes"
  },
  { "ZStone platters, other firmware", "ZST HD-.*", "", "", "" },
  { "USB: ZStone bridge", "0x1234:0x5678", "", "", "-d sat" },
`

let folder = ''
let whole = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zstone-drives-'))
  whole = join(folder, 'drivedb.h')
  writeFileSync(whole, invented)
})
afterEach(() => rmSync(folder, { recursive: true }))

const create = (ownPath = join(folder, 'own.h')) =>
  createDriveDatabase({ folder, paths: [join(folder, 'none.h'), whole], ownPath })
const cut = (model: string, firmware: string) => {
  const file = create().fileFor({ model, firmware }, '7.3/5319')
  return file === undefined ? undefined : readFileSync(file, 'utf8')
}

test('the file holds the version, the defaults and the first entry that matches', () => {
  const text = cut('ZST HD-2000', 'ZB02')
  expect(text).toContain('VERSION: 7.3')
  expect(text).toContain('Reallocated_Sector_Ct')
  expect(text).toContain('"-v 9,minutes"')
  expect(text).not.toContain('other firmware')
  expect(text).not.toContain('USB')
  expect(cut('ZST (R) HD', 'ZB01')).toContain('"-v 9,minutes"')
  expect(cut('ZST HD-2000', 'ZB99')).toContain('other firmware')
})

test('a model that nobody knows gets the defaults alone', () => {
  expect(cut('Nameless', '1')?.match(/\{/g)).toHaveLength(2)
})

test('nothing is cut where the owner has entries, or smartctl another database', () => {
  const drive = { model: 'ZST HD-2000', firmware: 'ZB02' }
  expect(create().fileFor(drive, '7.5/5706')).toBeUndefined()
  expect(create(whole).fileFor(drive, '7.3/5319')).toBeUndefined()
  rmSync(whole)
  expect(create().fileFor(drive, '7.3/5319')).toBeUndefined()
})

test('a database that is no list, or has a broken expression, is left alone', () => {
  writeFileSync(whole, invented.replace('ZST HD-.*', 'ZST HD-((('))
  expect(cut('ZST HD-7000', '1')).toBeUndefined()
  writeFileSync(whole, 'rubbish "')
  expect(cut('ZST HD-2000', 'ZB02')).toBeUndefined()
})

const real = [
  '/var/lib/smartmontools/drivedb/drivedb.h',
  '/usr/share/smartmontools/drivedb.h',
].find((path) => existsSync(path))
const hasSmartctl = spawnSync('smartctl', ['--version']).error === undefined
const canProve = recorded !== undefined && real !== undefined && hasSmartctl
if (!canProve) console.log('Skipped: smartctl with its database, or recordings, are not here')

;(canProve ? test : test.skip)('smartctl finds the same entry for every recorded disk', () => {
  const text = readFileSync(real ?? '', 'utf8')
  const [, branch, newer, older] =
    /VERSION: (\d+\.\d+)(?:\/(\d+)| \$Id: drivedb\.h (\d+))/.exec(text) ?? []
  const database = createDriveDatabase({ folder, paths: [real ?? ''], ownPath: '/nowhere' })
  const entry = (file: string, model: string, firmware: string) => {
    const args = ['-B', file, '-P', 'showall', model, firmware]
    // It goes on to list entries behind the first, which is the one that counts.
    const { stdout } = spawnSync('smartctl', args, { encoding: 'utf8' })
    return stdout.split('\nand match these additional')[0]?.trim()
  }
  const files = globSync('smartctl-json/sata-*/*.json', { cwd: recorded })
  const drives = files.map((file) => {
    const answer = parseJson(readFileSync(new URL(String(file), recorded), 'utf8')) ?? {}
    const firmware = textAt(answer, 'firmware_version') ?? ''
    return { model: textAt(answer, 'model_name') ?? '', firmware }
  })
  for (const drive of drives.filter(({ model }) => model !== '')) {
    const file = database.fileFor(drive, `${branch}/${newer ?? older}`) ?? ''
    const { model, firmware } = drive
    expect([model, entry(file, model, firmware)]).toEqual([
      model,
      entry(real ?? '', model, firmware),
    ])
  }
})

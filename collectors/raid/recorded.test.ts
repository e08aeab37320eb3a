import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { recorded } from '../fake/recorded.ts'
import { createFamilies } from '../families.ts'
import { parseArcconf } from './arcconf.ts'
import { parseMegacli, parseMegacliBatteries } from './megacli.ts'
import { addRaid } from './metrics.ts'
import type { RaidController } from './report.ts'
import { parseSasircu } from './sasircu.ts'
import { parseSsacli } from './ssacli.ts'
import { parseRebuilds, parseStorcli } from './storcli.ts'
import { addStorcli } from './storcli-metrics.ts'
import { reportOf } from './storcli-report.ts'

const here = new URL('../fixtures/raid/', import.meta.url)
const folder = recorded === undefined ? undefined : new URL('raid-cli/', recorded)
const read = (name: string, from: URL | undefined = folder) =>
  readFileSync(new URL(name, from), 'utf8')

const reports = (all: string, details?: string) =>
  parseStorcli(all, details).map((controller) => reportOf(controller))

/** Model, state, temperature; volumes; members; batteries. */
const told = (controllers: readonly RaidController[]) =>
  controllers.map((found) => [
    [found.model, found.state?.state, found.temperatureCelsius],
    found.volumes.map(({ volume, level, state }) => `${volume} ${level} ${state.state}`),
    tally(found.members.map(({ state }) => state.state)),
    found.batteries.map(({ state }) => state.state),
  ])

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

;(folder === undefined ? describe.skip : describe)(
  'recorded controllers (need the recordings)',
  () => {
    test('storcli and perccli', () => {
      const drives = read('storcli-megaraid-drives-info.json')
      const megaraid = reports(read('storcli-megaraid-controllers-info.json'), drives)
      expect(told(megaraid)).toEqual([
        [
          ['ServeRAID M5015 SAS/SATA Controller', 'optimal', undefined],
          ['0/0 RAID6 optimal'],
          { optimal: 6 },
          ['optimal'],
        ],
      ])
      expect(megaraid[0]?.members[0]).toMatchObject({
        member: '252:0',
        serial: 'FW2ZTUG7',
        firmware: 'SN03',
        temperatureCelsius: 28,
        mediaErrors: 0,
        smartAlerted: false,
      })
      expect(told(reports(read('storcli-mpt3sas-controllers-info.json')))).toEqual([
        [['HBA 9500-8i', 'optimal', 44], [], { ready: 29 }, []],
      ])
      expect(told(reports(read('perccli-perccli_output.json')))).toEqual([
        [['PERC H345 Front', 'optimal', 43], ['0/0 RAID0 optimal'], { optimal: 2 }, []],
      ])
      expect(told(reports(read('storcli-cALL_show_all.txt')))).toEqual([
        [['HPE MR216i-a Gen10+', 'optimal', 49], ['0/239 RAID1 optimal'], { optimal: 2 }, []],
      ])
    })

    test('ssacli', () => {
      expect(told(parseSsacli(read('hpssa-ssacli-P212_P410i.txt')))).toEqual([
        [['Smart Array P212', 'optimal', undefined], ['1 5 optimal'], { optimal: 6, ready: 6 }, []],
        [
          ['Smart Array P410i', 'optimal', undefined],
          ['1 1 optimal', '2 1+0 optimal'],
          { optimal: 6 },
          [],
        ],
      ])
      expect(told(parseSsacli(read('hpssa-ssacli-P400ar.txt')))).toEqual([
        [
          ['Smart Array P440ar', 'optimal', 47],
          ['1 1+0 optimal', '2 1 optimal'],
          { optimal: 8 },
          ['optimal'],
        ],
      ])
      const [p408] = parseSsacli(read('hpssa-ssacli-P408i-a.txt'))
      expect(told(p408 === undefined ? [] : [p408])).toEqual([
        [
          ['HPE Smart Array P408i-a SR Gen10', 'optimal', 52],
          ['1 6 optimal'],
          { optimal: 4 },
          ['optimal'],
        ],
      ])
      expect(p408?.members[0]).toMatchObject({ member: '2I:1:1', temperatureCelsius: 34 })
    })

    test('sas2ircu, sas3ircu, arcconf and MegaCli', () => {
      expect(told(parseSasircu(read('sas2ircu-display_no_volume.txt')))).toEqual([
        [['SAS2008', undefined, undefined], [], { ready: 2 }, []],
      ])
      expect(told(parseSasircu(read('sas3ircu-display_has_volume.txt')))).toEqual([
        [['SAS3008', undefined, undefined], ['1 RAID1 optimal'], { ready: 2 }, []],
      ])
      const unnamed = ['', undefined, undefined]
      expect(told(parseArcconf(read('adaptecraid-getconfig-ld-current.txt')))).toEqual([
        [unnamed, ['0 10 optimal'], {}, []],
      ])
      expect(told(parseArcconf(read('adaptecraid-getconfig-pd-current.txt')))).toEqual([
        [unnamed, [], { optimal: 6 }, []],
      ])
      expect(told(parseArcconf(read('adaptecraid-getconfig-pd-old.txt')))).toEqual([
        [unnamed, [], { optimal: 4 }, []],
      ])
      const drives = read('megacli-mega-phys-drives-info.txt')
      const battery = read('megacli-mega-bbu-info-recent.txt')
      expect(told(parseMegacli(drives, battery))).toEqual([
        [
          unnamed,
          ['0 Primary-1, Secondary-0, RAID Level Qualifier-0 optimal'],
          { optimal: 8 },
          ['optimal'],
        ],
      ])
      const old = parseMegacliBatteries(read('megacli-mega-bbu-info-old.txt')).get('0')
      expect(old).toMatchObject([{ temperatureCelsius: 31, state: { state: 'optimal' } }])
    })

    test('no recording is left out', () => {
      const names = folder === undefined ? [] : readdirSync(folder)
      const families = /^(storcli|perccli|hpssa-ssacli|sas[23]ircu|adaptecraid|megacli)-/
      expect(names.filter((name) => !families.test(name))).toEqual([])
      expect(names).toHaveLength(16)
    })
  },
)

const readers: Record<string, (text: string) => readonly RaidController[]> = {
  'storcli-all.json': (text) => {
    const controllers = parseStorcli(text, read('storcli-drives.json', here))
    for (const controller of controllers) addStorcli(families, controller)
    return controllers.map((controller) => reportOf(controller))
  },
  'storcli-drives.json': (text) => reports(read('storcli-all.json', here), text),
  'storcli-rebuild.json': (text) => {
    const rebuilds = parseRebuilds(text)
    return parseStorcli(read('storcli-all.json', here)).map((found) => reportOf(found, rebuilds))
  },
  'ssacli.txt': parseSsacli,
  'sas3ircu.txt': parseSasircu,
  'arcconf.txt': parseArcconf,
  'megacli.txt': (text) => parseMegacli(text, text),
}
let families = createFamilies()

test('whatever is cut or garbled, a value is a finite number or absent', () => {
  for (const [name, parse] of Object.entries(readers)) {
    const text = read(name, here)
    const put = fc.oneof(
      fc.string(),
      fc.constantFrom('null', '1e999', '[]', '{}', ': NaN', '"', '-'),
    )
    const change = fc.record({ at: fc.nat(text.length), cut: fc.nat(20), put })
    fc.assert(
      fc.property(change, ({ at, cut, put }) => {
        families = createFamilies()
        for (const found of orRefused(() => parse(text.slice(0, at) + put + text.slice(at + cut))))
          addRaid(families, 'tool', found)
        const samples = families.list().flatMap((family) => family.samples)
        expect(samples.filter(({ value }) => !Number.isFinite(value))).toEqual([])
      }),
    )
  }
})

/** A refusal with its reason is as good as an answer. */
function orRefused(parse: () => readonly RaidController[]): readonly RaidController[] {
  try {
    return parse()
  } catch (error) {
    expect(error).toMatchObject({ code: 'ANSWER_UNREADABLE' })
    return []
  }
}

import { readFileSync } from 'node:fs'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { type Clock, createManualClock } from '#lib/clock'
import type { Log } from '#lib/log'
import { until } from '#test/until'
import { createFakeProgram, type FakeAnswer } from '../fake/program.ts'
import { collected } from '../fake/series.ts'
import { createWatchedClock } from '../fake/watched-clock.ts'
import { createRaid } from './raid.ts'
import { raidTools, type ToolName } from './tools.ts'

const invented = (name: string) =>
  readFileSync(new URL(`../fixtures/raid/${name}`, import.meta.url), 'utf8')

const reasons: unknown[] = []
const log = { warn: (fields: unknown) => reasons.push(fields), info() {} } as unknown as Log
const programs = new Map(raidTools.map(({ name }) => [name, createFakeProgram(name)]))

type Answers = Readonly<Record<string, string | FakeAnswer>>

/** Only the named tools are installed. */
function raid(
  tools: Readonly<Partial<Record<ToolName, Answers>>>,
  clock: Clock = createManualClock(),
) {
  const toolPaths = Object.fromEntries(
    raidTools.map(({ name }) => {
      const answers = tools[name]
      const program = programs.get(name)
      if (answers !== undefined) program?.answer(answers)
      return [name, answers === undefined ? `/nowhere/${name}` : program?.path]
    }),
  )
  return collected(createRaid({ clock, log, toolPaths, toolDeadlineMs: 300 }))
}

const storcli = {
  '/cALL show all J nolog': invented('storcli-all.json'),
  '/cALL/eALL/sALL show all J nolog': invented('storcli-drives.json'),
  '/cALL/eALL/sALL show rebuild J nolog': invented('storcli-rebuild.json'),
}
const list =
  ' Index    Type          ID      ID    Pci Address          Ven ID  Dev ID\n' +
  ' -----  ------------  ------  ------  -----------------    ------  ------\n' +
  '   1     SAS3008     1000h    97h    00h:01h:00h:00h      1028h   1f53h\n'

/** Each state as `volume 1 degraded: Dgrd`. */
function statesIn(series: Readonly<Record<string, number>>): string[] {
  return Object.keys(series).flatMap((name) => {
    const kind = /^zstone_raid_(\w+)_state\{/.exec(name)?.[1]
    const label = (label: string) => new RegExp(`${label}="(.*?)"`).exec(name)?.[1]
    return kind === undefined ? [] : [`${kind} ${label(kind)} ${label('state')}: ${label('said')}`]
  })
}

afterEach(() => {
  reasons.length = 0
})
afterAll(() => {
  for (const program of programs.values()) program.remove()
})

test('a MegaRAID controller: volume degraded, a member rebuilding, one failed, battery bad', async () => {
  const of = (kind: string, labels: string) =>
    `zstone_raid_${kind}{controller="0", ${labels}tool="storcli"}`
  const series = await raid({ storcli })
  expect(statesIn(series)).toEqual(
    expect.arrayContaining([
      'volume 0/239 degraded: Dgrd',
      'battery 0 degraded: Dgd',
      'controller 0 degraded: Needs Attention',
      'member 252:0 optimal: Onln',
      'member 252:1 rebuilding: Rbld',
      'member 252:2 failed: Failed',
      'member :3 spare: GHS',
    ]),
  )
  expect(series).toMatchObject({
    'zstone_raid_tool_readable{tool="storcli"}': 1,
    [of('controller_temperature_celsius', '')]: 61,
    [of('controller_memory_errors_total', 'kind="corrected", ')]: 2,
    [of('member_progress_ratio', 'member="252:1", ')]: 0.37,
    [of('member_errors_total', 'kind="media", member="252:1", ')]: 12,
    [of('member_errors_total', 'kind="predictive", member="252:1", ')]: 3,
    [of('member_smart_alerted', 'member="252:1", ')]: 1,
    [of('member_temperature_celsius', 'member="252:0", ')]: 31,
    'zstone_raid_battery_temperature_celsius{battery="0", controller="0", tool="storcli"}': -3,
  })
})

test('storcli is exported under the names of its textfile collector as well', async () => {
  const series = await raid({ storcli })
  expect(series).toMatchObject({
    'megaraid_healthy{controller="0"}': 0,
    'megaraid_degraded{controller="0"}': 0,
    'megaraid_battery_backup_healthy{controller="0"}': 0,
    'megaraid_temperature{controller="0"}': 61,
    'megaraid_time_difference{controller="0"}': 7,
    'megaraid_cv_temperature{controller="0", cvidx="0"}': -3,
    ['megaraid_vd_info{DG="0", VG="239", cache="RWTD", controller="0", name="data", ' +
      'state="Dgrd", type="RAID5"}']: 1,
    'megaraid_pd_media_errors{controller="0", enclosure="252", slot="1"}': 12,
    'megaraid_pd_smart_alerted{controller="0", enclosure="252", slot="1"}': 1,
    'megaraid_pd_link_speed_gbps{controller="0", enclosure="252", slot="0"}': 6,
    'megaraid_physical_drives{controller="0"}': 4,
  })
  const drive = Object.keys(series).find((name) => /^megaraid_pd_info.*slot="0"/.test(name))
  expect(drive).toContain('firmware="ZS01"')
  expect(drive).toContain('serial="ZST0A0"')
})

test('a Smart Array: recovering with its progress, a spare, a drive that foretells its end', async () => {
  const ssacli = { 'ctrl all show config detail': invented('ssacli.txt') }
  const series = await raid({ ssacli })
  expect(statesIn(series)).toEqual(
    expect.arrayContaining([
      'volume 1 rebuilding: Recovering',
      'member 1I:1:1 optimal: OK',
      'member 1I:1:2 rebuilding: Rebuilding',
      'member 1I:1:3 spare: OK',
      'member 1I:1:4 degraded: Predictive Failure',
      'battery 0 failed: Failed (Replace Batteries)',
    ]),
  )
  expect(series).toMatchObject({
    'zstone_raid_volume_progress_ratio{controller="3", tool="ssacli", volume="1"}': 0.375,
  })
})

test('a host adapter of LSI is asked for each controller that it lists', async () => {
  const status = 'IR Volume 1\n  Current operation : Synchronize\n  Percentage complete : 1.50%\n'
  const sas3ircu = { LIST: list, '1 DISPLAY': invented('sas3ircu.txt'), '1 STATUS': status }
  const series = await raid({ sas3ircu })
  expect(statesIn(series)).toEqual(
    expect.arrayContaining([
      'volume 1 degraded: Degraded (DGD)',
      'member 2:0 optimal: Optimal (OPT)',
      'member 2:1 rebuilding: Rebuilding (RBLD)',
      'member 2:2 failed: Missing (MIS)',
    ]),
  )
  const progress = 'zstone_raid_volume_progress_ratio{controller="1", tool="sas3ircu", volume="1"}'
  expect(series[progress]).toBe(0.015)
  expect(Object.keys(series).filter((name) => name.includes('member="2:9"'))).toEqual([])
})

test('an adapter of Adaptec: a volume that is rebuilt, a battery that is charged', async () => {
  const tasks =
    'Logical device Task:\n   Logical device : 0\n   Current operation : Rebuild\n' +
    '   Percentage complete : 14\n'
  const arcconf = {
    'GETCONFIG 1 AL nologs': invented('arcconf.txt'),
    'GETSTATUS 1 nologs': tasks,
  }
  const series = await raid({ arcconf })
  expect(statesIn(series)).toEqual(
    expect.arrayContaining([
      'volume 0 rebuilding: Degraded, Rebuilding',
      'member 2 spare: Hot Spare',
      'battery 0 charging: Charging',
    ]),
  )
  expect(series).toMatchObject({
    'zstone_raid_controller_temperature_celsius{controller="1", tool="arcconf"}': 49,
    'zstone_raid_volume_progress_ratio{controller="1", tool="arcconf", volume="0"}': 0.14,
    'zstone_raid_member_smart_alerted{controller="1", member="0", tool="arcconf"}': 1,
    'zstone_raid_member_temperature_celsius{controller="1", member="0", tool="arcconf"}': 35,
  })
  expect(Object.keys(series).filter((name) => name.includes('member="3"'))).toEqual([])
})

test('MegaCli speaks where no newer tool does', async () => {
  const megacli = {
    '-LdPdInfo -aALL -NoLog': invented('megacli.txt'),
    '-AdpBbuCmd -aALL -NoLog': invented('megacli-battery.txt'),
  }
  const series = await raid({ megacli })
  expect(statesIn(series)).toEqual(
    expect.arrayContaining([
      'volume 0 degraded: Partially Degraded',
      'member 32:1 failed: Unconfigured(bad)',
      'battery 0 degraded: Degraded(Need Attention)',
    ]),
  )
  expect(series).toMatchObject({
    ['zstone_raid_member_errors_total{controller="0", kind="media", member="32:0", ' +
      'tool="megacli"}']: 7,
  })
  const both = Object.keys(await raid({ storcli, megacli, perccli: storcli }))
  expect(both.filter((name) => /tool="(megacli|perccli)"/.test(name))).toEqual([
    'zstone_raid_tool_readable{tool="perccli"}',
  ])
})

test('where no tool is installed there is nothing to tell, and nobody complains', async () => {
  expect(await raid({})).toEqual({})
  expect(reasons).toEqual([])
})

test('a tool without a controller is no fault', async () => {
  const none =
    '{"Controllers":[{"Command Status":{"Status":"Failure","Description":"No Controller found"}}]}'
  const series = await raid({
    storcli: { '/cALL show all J nolog': { output: none, exitCode: 6 } },
    ssacli: {
      'ctrl all show config detail': { output: 'Error: No controllers detected.\n', exitCode: 1 },
    },
    sas2ircu: { LIST: { output: 'MPTLib2 Error 1\n', exitCode: 1 } },
    arcconf: { 'GETCONFIG 1 AL nologs': 'Controllers found: 0\n' },
  })
  expect(Object.values(series)).toEqual([1, 1, 1, 1])
  expect(reasons).toEqual([])
})

test('a tool that hangs or prints garbage says why, and costs the others nothing', async () => {
  const clock = createWatchedClock()
  const reading = raid(
    {
      storcli: { '/cALL show all J nolog': { hangs: true } },
      perccli: { '/cALL show all J nolog': '{"Controllers": [{"Comm' },
      ssacli: { 'ctrl all show config detail': '\u0000\u0001' },
      sas3ircu: { LIST: list, '1 DISPLAY': invented('sas3ircu.txt') },
    },
    clock,
  )
  await until(() => programs.get('storcli')?.hangs() && clock.waiting(300) === 1)
  await clock.advance(300)
  expect(await reading).toMatchObject({
    'zstone_raid_tool_readable{tool="storcli"}': 0,
    'zstone_raid_tool_readable{tool="perccli"}': 0,
    'zstone_raid_tool_readable{tool="ssacli"}': 0,
    'zstone_raid_tool_readable{tool="sas3ircu"}': 1,
  })
  expect(reasons).toHaveLength(3)
  expect(reasons).toContainEqual({
    tool: 'storcli',
    reason: expect.stringContaining('not done within'),
  })
  expect(reasons).toContainEqual({
    tool: 'perccli',
    reason: expect.stringContaining('it is not JSON'),
  })
})

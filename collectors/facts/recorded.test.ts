/** Recorded outputs of real devices: each is parsed or refused, and the facts of many are known. */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { recorded } from '../fake/recorded.ts'
import { keys } from '../inspect/keys.ts'
import { recognise } from '../inspect/recognise.ts'

const withRecorded = recorded === undefined ? test.skip : test
if (recorded === undefined) console.log('Skipped: the recordings of real devices are not here')

const text = (file: string) => readFileSync(new URL(file, recorded), 'utf8')
const factsOf = (file: string): Record<string, unknown> => {
  const found = recognise(text(file), file)
  return Object.fromEntries(keys.map(({ name, of }) => [name, of(found)]))
}

const names: Readonly<Record<string, string>> = {
  kind: 'kind',
  hours: 'power_on_hours',
  celsius: 'temperature_c',
  passed: 'health_passed',
  used: 'wear_percent_used',
  reallocated: 'reallocated',
  pending: 'pending',
  offline: 'offline_uncorrectable',
  media: 'media_errors',
  spare: 'available_spare_percent',
  warning: 'critical_warning',
  written: 'bytes_written',
  read: 'bytes_read',
  exit: 'exit_bits_set',
}

/** Worked out from the raw files by hand and by another reader; a line may go on indented. */
const expected = `
text/nvme-failing/intel-ssdped1d280ga.txt passed=no kind=nvme hours=22813 used=112 media=9
  spare=100 warning=8
text/nvme-failing/intel-vo0400kefjb.txt passed=no kind=nvme hours=15601 used=105 media=0 spare=100
  warning=8
text/nvme-failing/samsung-mzpll1t6hehp-00003.txt passed=no kind=nvme hours=27454 used=0 media=4
  spare=4 warning=9
text/nvme-failing/samsung-mzvlb512hajq-00000.txt passed=no kind=nvme hours=13551 used=255 media=0
  spare=100 warning=4
text/nvme-failing/samsung-ssd-960-evo-500gb.txt passed=no kind=nvme hours=29880 used=255 media=0
  spare=97 warning=4
text/nvme-failing/samsung-ssd-970-evo-plus-250gb.txt passed=no kind=nvme hours=2683 used=113
  media=0 spare=1 warning=13
text/nvme-failing/toshiba-kxg50znv512g.txt passed=no kind=nvme hours=31039 used=255 media=0
  spare=1 warning=1
text/nvme/intel-ssdpedmd400g4.txt passed=yes kind=nvme hours=52720 used=6 media=0 spare=100
  warning=0
text/nvme/intel-ssdpeknw512g8.txt passed=yes kind=nvme hours=5571 used=1 media=285002 spare=100
  warning=0
text/nvme/kingston-skc2500m81000g.txt passed=yes kind=nvme hours=10019 used=51 media=0 spare=100
  warning=0
text/nvme/kioxia-kxg60znv256g.txt passed=yes kind=nvme hours=16943 used=16 media=0 spare=100
  warning=0
text/nvme/micron-2200-mtfdhba512tck.txt passed=yes kind=nvme hours=10043 used=19 media=0 spare=100
  warning=0
text/nvme/samsung-mz1l21t9hcls-00a07.txt passed=yes kind=nvme hours=14836 used=1 media=0 spare=100
  warning=0
text/nvme/samsung-mz1l2960hcjr-00a07-960gb.txt passed=yes kind=nvme hours=24320 used=1 media=0
  spare=100 warning=0
text/nvme/samsung-mzqlb3t8hals-00007-1gb.txt passed=yes kind=nvme hours=0 used=255 media=0 spare=0
  warning=0
text/nvme/samsung-mzqlw960hmjp-00003.txt passed=yes kind=nvme hours=35322 used=8 media=3144
  spare=99 warning=0
text/nvme/samsung-mzvlb1t0halr-00000.txt passed=yes kind=nvme hours=10065 used=1 media=1 spare=100
  warning=0
text/nvme/toshiba-kxg60znv512g.txt passed=yes kind=nvme hours=14485 used=11 media=0 spare=100
  warning=0
text/nvme/wdc-cl-sn720-sdaqntw-512g-2000.txt passed=yes kind=nvme hours=22553 used=114 media=0
  spare=100 warning=0
text/nvme/wdc-wds250g2b0c-00pxh0.txt passed=yes kind=nvme hours=7238 used=28 media=0 spare=100
  warning=0
text/sata-hdd-failing/hgst-hts721010a9e630.txt passed=no kind=sata-hdd reallocated=0 pending=1688
  offline=0 hours=64049
text/sata-hdd-failing/hgst-hus724030ala640.txt passed=no kind=sata-hdd reallocated=1420
  pending=637 offline=0 hours=56386
text/sata-hdd-failing/seagate-st2000nm0011.txt passed=no kind=sata-hdd reallocated=3027
  pending=230 offline=230 hours=73260
text/sata-hdd-failing/seagate-st3500320ns.txt passed=no kind=sata-hdd reallocated=2015 pending=32
  offline=32 hours=22323
text/sata-hdd/hgst-hus726t6tale6l4.txt passed=yes kind=sata-hdd reallocated=0 pending=104
  offline=0 hours=27547
text/sata-hdd/seagate-st4000nm0033-9zm170.txt passed=yes kind=sata-hdd reallocated=0 pending=0
  offline=0 hours=6173
text/sata-hdd/wdc-wd2003fyys-02w0b0.txt passed=yes kind=sata-hdd reallocated=0 pending=46
  offline=0 hours=60509
text/sata-hdd/wdc-wd6002fryz-01wd5b1.txt passed=yes kind=sata-hdd reallocated=0 pending=688
  offline=202 hours=908
text/sata-ssd-failing/crucial-ct250mx200ssd1.txt passed=no kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=48042 used=246
text/sata-ssd-failing/intel-ssdsc2bw120a4.txt passed=no kind=sata-ssd reallocated=0 hours=37537
  used=56
text/sata-ssd-failing/intel-ssdsc2kb019t8.txt passed=no kind=sata-ssd reallocated=8 pending=0
  hours=43665 used=5
text/sata-ssd-failing/micron-mtfddav240tcb.txt passed=no kind=sata-ssd reallocated=0 offline=0
  hours=6679 used=0
text/sata-ssd/crucial-ct1000mx500ssd1.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=1407 used=25
text/sata-ssd/crucial-ct120bx500ssd1.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=17101 used=62
text/sata-ssd/crucial-ct2000mx500ssd1.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=6805 used=38
text/sata-ssd/hp-vk003840gxawp.txt passed=yes kind=sata-ssd reallocated=0 pending=0 offline=0
  hours=32773 used=8
text/sata-ssd/intel-ssdsa2cw120g3.txt passed=yes kind=sata-ssd reallocated=0 hours=73186 used=120
text/sata-ssd/intel-ssdsc2bb012t7.txt passed=yes kind=sata-ssd reallocated=16 pending=0
  hours=36509 used=15
text/sata-ssd/intel-ssdsc2bb300g4t.txt passed=yes kind=sata-ssd reallocated=0 offline=0
  hours=48115 used=28
text/sata-ssd/intel-ssdsc2bw240h6.txt passed=yes kind=sata-ssd reallocated=0 hours=9913 used=100
text/sata-ssd/intel-ssdsc2cw480a3.txt passed=yes kind=sata-ssd reallocated=1 hours=52643
text/sata-ssd/intel-ssdsc2kb480g7.txt passed=yes kind=sata-ssd reallocated=0 pending=0 hours=2387
text/sata-ssd/intel-ssdsc2kb960g7.txt passed=yes kind=sata-ssd reallocated=8 pending=0 hours=38328
  used=24
text/sata-ssd/intel-ssdsc2kb960g8.txt passed=yes kind=sata-ssd reallocated=0 pending=0 hours=24971
  used=5
text/sata-ssd/kingston-sa400s37120g.txt passed=yes kind=sata-ssd hours=15859 used=7
text/sata-ssd/kingston-sv300s37a240g.txt passed=yes kind=sata-ssd reallocated=0 hours=50969
  used=12
text/sata-ssd/micron-1100-mtfddak2t0tbn.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=10714
text/sata-ssd/micron-1300-mtfddak256tdl.txt passed=yes kind=sata-ssd reallocated=2 pending=0
  offline=0 hours=24968 used=9
text/sata-ssd/micron-5100-mtfddak960tcb.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=33687 used=5
text/sata-ssd/micron-5210-mtfddak3t8qde.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=32123 used=17
text/sata-ssd/micron-5300-mtfddak480tdt.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  offline=0 hours=24593 used=6
text/sata-ssd/micron-5300-mtfddak960tds.txt passed=yes kind=sata-ssd reallocated=1 pending=0
  offline=0 hours=19039 used=7
text/sata-ssd/samsung-mz7km960hahp-00005.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  hours=51394
text/sata-ssd/samsung-ssd-860-pro-256gb.txt passed=yes kind=sata-ssd reallocated=0 hours=21650
  used=9
text/sata-ssd/samsung-ssd-883-dct-1.92tb.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  hours=25839 used=5
text/sata-ssd/sandisk-sdlf1dar-960g-1ha2.txt passed=yes kind=sata-ssd reallocated=0 hours=34501
  used=13
text/sata-ssd/sandisk-ultra-ii-480gb.txt passed=yes kind=sata-ssd reallocated=0 hours=20937
  used=17
text/sata-ssd/supermicro-ssd-128gb.txt passed=yes kind=sata-ssd reallocated=0 pending=0 offline=0
  hours=32235 used=19
text/sata-ssd/toshiba-thnsn8960pcse.txt passed=yes kind=sata-ssd reallocated=0 pending=0
  hours=30895 used=9
text/sata-ssd/wdc-wds100t2b0a-00sm50.txt passed=yes kind=sata-ssd reallocated=2 hours=10101
  used=44
text/transition/samsung-ssd-970-evo-plus-250gb-after.txt passed=no kind=nvme hours=7057 used=101
  media=0 spare=100 warning=4
text/transition/samsung-ssd-970-evo-plus-250gb-before.txt passed=yes kind=nvme hours=5624 used=80
  media=0 spare=100 warning=0
text/transition/seagate-st31000524as-after.txt passed=no kind=sata-hdd reallocated=4015 pending=0
  offline=0 hours=40264
text/transition/seagate-st31000524as-before.txt passed=yes kind=sata-hdd reallocated=587 pending=0
  offline=0 hours=37470
text/transition/seagate-st8000nm0055-1rm112-after.txt passed=no kind=sata-hdd reallocated=3824
  pending=32 offline=32 hours=39819
text/transition/seagate-st8000nm0055-1rm112-before.txt passed=yes kind=sata-hdd reallocated=3824
  pending=16 offline=16 hours=30990
json/nvme/ct250p2ssd8.json hours=10147 celsius=26 passed=yes used=0 spare=100 written=513484800000
json/nvme/intel-ssdpe2ke020t7.json hours=26055 celsius=14 passed=yes used=3 spare=99
  written=295610850304000
json/nvme/intel-ssdpe2kx080t8-2.json hours=12164 celsius=30 passed=yes used=0 spare=99
  written=75374344192000
json/nvme/intel-ssdpe2kx080t8.json hours=12164 celsius=29 passed=yes used=0 spare=100
  written=94678652928000
json/nvme/intel-ssdpedmd800g4.json hours=54704 celsius=30 passed=yes used=51 spare=93
  written=7708206927872000
json/nvme/intel-ssdpf2kx038tz.json hours=2435 celsius=29 passed=yes used=0 spare=100
  written=33049575424000
json/nvme/micron-7300-mtfdhbe1t9tdf.json hours=27233 celsius=26 passed=yes used=9 spare=100
  written=697474862080000
json/nvme/micron-7400-mtfdkcb1t9tdz.json hours=9099 celsius=33 passed=yes used=5 spare=100
  written=371381925376000
json/nvme/micron-7450-mtfdkcc3t8tfr.json hours=2436 celsius=25 passed=yes used=0 spare=100
  written=31221368832000
json/nvme/samsung-mzplj6t4hala-00007.json hours=861 celsius=33 passed=yes used=0 spare=100
  written=45403648000
json/nvme/samsung-mzql21t9hcjr-00a07.json hours=13113 celsius=22 passed=yes used=3 spare=100
  written=136907354112000
json/nvme/samsung-mzvl21t0hclr-00b00-2.json hours=10407 celsius=30 passed=yes used=16 spare=100
  written=60486484480000
json/nvme/seagate-firecuda-530-zp4000gm30023.json hours=3113 celsius=39 passed=yes used=0
  spare=100 written=0
json/sas-hdd/seagate-st600mp0036.json hours=4665 celsius=29 passed=yes
json/sas-hdd/yadro-wuh721414al4204.json hours=458 celsius=34 passed=yes
json/sata-hdd/hgst-hus722t2tala604.json hours=40662 celsius=26 passed=yes reallocated=0
json/sata-hdd/hgst-hus726040ala614.json hours=54154 celsius=31 passed=yes reallocated=0
json/sata-hdd/hitachi-hds5c3020ala632.json hours=102088 celsius=38 passed=yes reallocated=0
json/sata-hdd/mb0500ebncr-2.json hours=89180 celsius=27 passed=yes reallocated=0
json/sata-hdd/st1000nm000a-2j3100.json hours=4886 celsius=26 passed=yes reallocated=0
json/sata-hdd/st2000nm0033-9zm175.json hours=76590 celsius=24 passed=yes reallocated=0
json/sata-hdd/st3500418as.json hours=44670 celsius=32 passed=yes reallocated=1
json/sata-hdd/st8000nm0055-1rm112.json hours=50427 celsius=31 passed=yes reallocated=0
json/sata-hdd/toshiba-mg04aca100n.json hours=21821 celsius=23 passed=yes reallocated=0
json/sata-hdd/toshiba-mg06aca800e.json hours=31689 celsius=31 passed=yes reallocated=0
json/sata-hdd/wdc-wd1002fbys-02a6b0.json hours=89475 celsius=33 passed=yes reallocated=0
json/sata-hdd/wdc-wd140edfz-11a0va0.json hours=1730 celsius=32 passed=yes reallocated=0
json/sata-hdd/wdc-wd20efrx-68euzn0.json hours=47657 celsius=34 passed=yes reallocated=0
json/sata-hdd/wdc-wuh721816ale6l4.json exit=64 hours=20117 celsius=26 passed=yes reallocated=0
json/sata-ssd/intel-ssdsc2bb016t7.json hours=43494 celsius=26 passed=yes reallocated=1
json/sata-ssd/intel-ssdsc2bb480g4.json hours=56437 celsius=21 passed=yes reallocated=0
json/sata-ssd/intel-ssdsc2bb800g7.json hours=55188 celsius=26 passed=yes reallocated=0
json/sata-ssd/intel-ssdsc2kb240g8.json hours=40786 celsius=20 passed=yes reallocated=0
json/sata-ssd/intel-ssdsc2kg480g8.json hours=2460 celsius=32 passed=yes reallocated=0
json/sata-ssd/micron-5300-mtfddak240tds.json hours=22926 celsius=27 passed=yes reallocated=0
json/sata-ssd/p3-2tb.json exit=64 hours=7344 celsius=31 passed=yes reallocated=0
json/sata-ssd/samsung-mz7wd240hafv-00003-2.json hours=84620 celsius=27 passed=yes reallocated=0
json/sata-ssd/x-ssd-850-pro-128gb.json hours=846 celsius=32 passed=yes reallocated=0
json/sas-ssd/hgst-husmr3280ass200.json kind=sas-ssd hours=4596 celsius=27 passed=yes used=0
  media=0 written=2473166000000 read=48639000000
json/sas-hdd/seagate-st1200mm0088.json kind=sas-hdd hours=5675 celsius=31 passed=yes reallocated=0
  media=0 written=806827000000 read=386568000000
json/raid-sata/wd4000fyyx.json kind=sata-hdd exit=4 hours=37787 celsius=36 passed=yes
  reallocated=0 pending=0
json/emulated/qemu-nvme-critical-warning-12.json kind=nvme exit=8 passed=no warning=12 celsius=50
json/sata-hdd/smart-sat.json kind=sata-hdd hours=2725 celsius=29 reallocated=0 pending=0
json/sata-hdd/st1000nm0008-2f2100.json kind=sata-hdd hours=47060 reallocated=0
`

const rows = expected
  .trim()
  .replace(/\n {2}/g, ' ')
  .split('\n')

function wantedOf(name: string, text: string): unknown {
  if (name === 'kind') return text
  if (name === 'passed') return text === 'yes'
  if (name === 'exit')
    return [...Number(text).toString(2)].reverse().flatMap((bit, i) => (bit === '1' ? i : []))
  return name === 'written' || name === 'read' ? BigInt(text) : Number(text)
}

withRecorded('the facts of a hundred devices are right', () => {
  expect(rows.length).toBeGreaterThan(100)
  for (const row of rows) {
    const [file = '', ...facts] = row.split(' ')
    const wanted = facts.map((fact) => fact.split('=') as [string, string])
    expect({ file, ...factsOf(`smartctl-${file}`) }).toMatchObject({
      file,
      ...Object.fromEntries(
        wanted.map(([name, text]) => [names[name] ?? '', wantedOf(name, text)]),
      ),
    })
  }
})

withRecorded('every recorded output is understood, or refused with what would be right', () => {
  const folders = ['smartctl-json', 'smartctl-text', 'smartctl-scan', 'nvme-cli', 'quirks']
  const files = folders.flatMap((folder) =>
    globSync(`${folder}/**/*.{json,txt}`, { cwd: recorded }).map(String),
  )
  expect(files.length).toBeGreaterThan(270)
  const refused = files.flatMap((file) => {
    try {
      const { error, disk, listed } = recognise(text(file), file)
      expect(disk ?? listed).toBeDefined()
      if (error === undefined && disk !== undefined) expectSound(file)
      return error === undefined ? [] : [`${file}: ${error}`]
    } catch (error) {
      return [(error as Error).message]
    }
  })
  expect(refused).toHaveLength(4)
  expect(refused.join('\n')).toContain(
    'smart-fail.json: Cannot read the device: Smartctl open device',
  )
  expect(refused.join('\n')).toContain('02_exit_err.json: Cannot read the device: exit status 7')
  expect(refused.join('\n')).toContain('04_malformed.json: it is JSON that breaks off')
  expect(refused.join('\n')).toContain('05_empty.json: it is empty; give the output of smartctl')
})

/** What holds of every device that answered. */
function expectSound(file: string): void {
  const facts = factsOf(file)
  const { temperature_c: celsius, power_on_hours: hours } = facts
  if (celsius !== undefined) expect(celsius).toBeGreaterThan(5)
  if (celsius !== undefined) expect(celsius).toBeLessThan(80)
  if (hours !== undefined) expect(hours).toBeLessThan(150_000)
  if (facts['health_passed'] === false) expect(facts['health_reasons']).not.toEqual([])
  expect(Object.values(facts).filter((value) => Number.isNaN(value))).toEqual([])
}

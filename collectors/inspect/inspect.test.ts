import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { inspectHelp } from './help.ts'
import { inspect } from './inspect.ts'
import { keys } from './keys.ts'

const fixture = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url))

async function inspected(files: Readonly<Record<string, string | Buffer>>) {
  const lines: string[] = []
  const status = await inspect(Object.keys(files), {
    read: async (file) => Buffer.from(files[file] ?? ''),
    print: (line) => lines.push(line),
  })
  return { status, lines, found: lines.map((line) => JSON.parse(line)) }
}

test('each format is recognised, and every key stands in every line', async () => {
  const files = {
    'a.json': fixture('smart/nvme0.json'),
    'b.txt': fixture('text/sas-ssd.txt'),
    'c.json': '{"critical_warning": 4, "temperature": 310, "percent_used": 101}',
    'd.txt': 'NIC statistics:\n     rx_packets: 5\n     rx_missed_errors: 7\n     tx_errors: 0\n',
    'e.json': fixture('smart/scan.json'),
    'f.json': '{"Devices": [{"ModelNumber": "ZST", "SerialNumber": "Z1", "Firmware": "1"}]}',
  }
  const { status, found } = await inspected(files)
  expect(status).toBe(0)
  expect(found.map(({ file, format, kind }) => [file, format, kind])).toEqual([
    ['a.json', 'smartctl-json', 'nvme'],
    ['b.txt', 'smartctl-text', 'sas-ssd'],
    ['c.json', 'nvme-cli-json', 'nvme'],
    ['d.txt', 'ethtool-S-text', 'nic'],
    ['e.json', 'smartctl-scan-json', null],
    ['f.json', 'nvme-list-json', 'nvme'],
  ])
  for (const line of found)
    expect(Object.keys(line)).toEqual(['file', ...keys.map(({ name }) => name)])
  expect(found[0]).toMatchObject({ wear_percent_used: 104, wear_source: 'nvme', exit_bits_set: [] })
  expect(found[1]).toMatchObject({ wear_percent_used: 107, wear_source: 'scsi', reallocated: 24 })
  expect(found[1].exit_bits_set).toBeNull()
  expect(found[2]).toMatchObject({ temperature_c: 37, health_passed: false, serial: null })
  expect(found[3]).toMatchObject({ tx_errors: 0, model: null, error_counters: { tx_errors: 0 } })
  expect(found[4].devices).toHaveLength(3)
  expect(found[5].devices).toEqual([{ kind: 'nvme', model: 'ZST', serial: 'Z1', firmware: '1' }])
})

test('what cannot be read says what is wrong and what would be right; the others are printed', async () => {
  const asked = {
    'empty.json': '',
    'broken.json': '{"smartctl": {',
    'other.json': '{"hello": "world"}',
    'poem.txt': 'Shall I compare thee',
    'good.json': fixture('smart/sda.json'),
  }
  const { status, found } = await inspected(asked)
  expect(status).toBe(1)
  const remedy =
    '; give the output of smartctl -j -x, smartctl -x, nvme smart-log -o json or ethtool -S'
  expect(found.map(({ error }) => error)).toEqual([
    `Cannot read empty.json: it is empty${remedy}`,
    `Cannot read broken.json: it is JSON that breaks off or is damaged${remedy}`,
    `Cannot read other.json: it is JSON of another program${remedy}`,
    `Cannot read poem.txt: it looks like none of the outputs that are known${remedy}`,
    undefined,
  ])
  expect(found[4]).toMatchObject({ model: 'ZST HD-4000', exit_bits_set: [6], pending: 160 })
})

test('a file that is not there is a line like any other', async () => {
  const lines: string[] = []
  const status = await inspect(['/nowhere/x'], {
    read: async (file) => readFileSync(file),
    print: (line) => lines.push(line),
  })
  expect(status).toBe(1)
  expect(JSON.parse(lines[0] ?? '').error).toMatch(/^Cannot read \/nowhere\/x: ENOENT.*; name a/)
})

test('a device that did not answer is an error with what is known; one asleep is none', async () => {
  const refused = {
    smartctl: { messages: [{ string: 'open device: /dev/sda failed' }], exit_status: 2 },
  }
  const { status, found } = await inspected({
    'refused.json': JSON.stringify(refused),
    'asleep.json': fixture('smart/asleep.json'),
  })
  expect(status).toBe(1)
  expect(found[0]).toMatchObject({ exit_bits_set: [1] })
  expect(found[0].error).toContain('open device: /dev/sda failed; run smartctl as root')
  expect(found[1]).toMatchObject({ asleep: true })
  expect(found[1]).not.toHaveProperty('error')
})

test('large numbers are printed to the last digit', async () => {
  const log = { percent_used: 1, data_units_written: '36893488147419103233' }
  const { lines } = await inspected({ 'x.json': JSON.stringify(log) })
  expect(lines[0]).toContain('"bytes_written":18889465931478580855296000')
})

test('the encodings of other systems are read', async () => {
  const text = fixture('text/nvme.txt').toString('utf8')
  const windows = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  const { found } = await inspected({ 'w.txt': windows, 'l.txt': text.replaceAll('\n', '\r\n') })
  for (const line of found) expect(line).toMatchObject({ model: 'ZST NVME 3840', media_errors: 14 })
})

test('the help names every key', () => {
  for (const { name } of keys) expect(inspectHelp()).toContain(`  ${name} `)
})

test('what a terminal, a mail or a page added to an output is left out', async () => {
  const text = fixture('text/nvme.txt').toString('utf8')
  const json = fixture('smart/sda.json').toString('utf8')
  const nic = 'NIC statistics:\n     rx_packets: 5\n     rx_missed_errors: 7\n'
  const indented = (by: string, lines: string) => lines.replace(/^/gm, by)
  const { status, found } = await inspected({
    'indented.txt': indented('        ', text),
    'quoted.txt': `On Monday somebody wrote:\n${indented('> ', text)}`,
    'fenced.txt': `Here it is:\n\`\`\`\nroot@node:~# smartctl -x /dev/nvme0\n${text}\`\`\`\n`,
    'prompt.json': `root@node:~# smartctl -j -x /dev/sda\n${json}root@node:~# `,
    'nic.txt': indented('    ', `# ethtool -i eth0\ndriver: ixgbe\n# ethtool -S eth0\n${nic}`),
  })
  expect(status).toBe(0)
  for (const line of found.slice(0, 3))
    expect(line).toMatchObject({ model: 'ZST NVME 3840', media_errors: 14, critical_warning: 9 })
  expect(found[3]).toMatchObject({ model: 'ZST HD-4000', pending: 160, exit_bits_set: [6] })
  expect(found[4]).toMatchObject({ driver: 'ixgbe', rx_dropped_hardware: 7 })
})

test('answers about one device are put together; those of several are refused', async () => {
  const log = '{"percent_used": 3, "temperature": 310}'
  const controller = '{"sn": "Z1", "mn": "ZST NVME", "fr": "7", "tnvmcap": 0}'
  const sas = fixture('text/sas-ssd.txt').toString('utf8')
  const refused = '{"smartctl": {"exit_status": 2}, "device": {"name": "a"}}'
  const answered = (name: string) =>
    `{"smartctl": {"exit_status": 0}, "device": {"name": "${name}"}, "serial_number": "Z3"}`
  const { found } = await inspected({
    'one.json': `${controller}\n${log}\n`,
    'two.json': `${log}\n${log}\n`,
    'two.txt': `${sas}${sas.replaceAll('ZSTSAS0001', 'ZSTSAS0002')}`,
    'twice.txt': `${sas}${sas}`,
    'nics.txt': 'NIC statistics:\n  rx_dropped: 1\nNIC statistics:\n  rx_dropped: 2\n',
    'retry.txt': `$ smartctl -j\n${refused}\nsays "exit_status": 2\n${answered('a')}\n`,
    'other.txt': `${refused}\n${answered('b')}\n`,
  })
  expect(found[0]).toMatchObject({ serial: 'Z1', temperature_c: 37, capacity_bytes: null })
  for (const line of [found[1], found[2], found[4], found[6]])
    expect(line.error).toContain('it holds several devices, whose facts would mix; give the output')
  expect(found[3]).toMatchObject({ serial: 'ZSTSAS0001', reallocated: 24 })
  expect(found[5]).toMatchObject({ serial: 'Z3' })
})

test('the text of nvme-cli says what its JSON says', async () => {
  const identity = 'NVME Identify Controller:\nsn        : Z9\nmn        : ZST NVME 7\nfr : 9\n'
  const { found } = await inspected({
    'log.txt': fixture('text/nvme-smart-log.txt'),
    'both.txt': `${identity}${fixture('text/nvme-smart-log.txt')}`,
  })
  expect(found[0]).toMatchObject({
    format: 'nvme-cli-text',
    temperature_c: 40,
    power_on_hours: 20_114,
    wear_percent_used: 103,
    health_passed: false,
    available_spare_percent: 97,
    media_errors: 3,
    critical_warning: 4,
    bytes_written: 22_334_455 * 512_000,
  })
  expect(found[1]).toMatchObject({ model: 'ZST NVME 7', serial: 'Z9', wear_percent_used: 103 })
  const bare = 'temperature : 42 C (315 Kelvin)\npercentage_used : 3%\npower_on_hours : 241\n'
  const [line] = (await inspected({ 'bare.txt': bare })).found
  expect(line).toMatchObject({ temperature_c: 42, wear_percent_used: 3, power_on_hours: 241 })
})

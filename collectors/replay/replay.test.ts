import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { prepareReplay } from './replay.ts'

let folder = ''
let into = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zstone-replay-'))
  into = join(folder, 'programs')
  mkdirSync(into)
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string) => writeFileSync(join(folder, name), text)
const prepare = (answers: unknown) => {
  file('manifest.json', JSON.stringify({ answers }))
  return prepareReplay(folder, into)
}
const run = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(join(into, program), args, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('the first answer whose words are all among the arguments is given', () => {
  file('a.json', '{"a": 1}')
  file('b.json', '{"b": 1}')
  prepare([
    { program: 'smartctl', when: ['--device=megaraid,3', '/dev/bus/0'], output: 'a.json' },
    { program: 'smartctl', when: ['/dev/bus/0'], output: 'b.json' },
  ])
  const device = '/dev/bus/0'
  expect(run('smartctl', '-j', '--device=megaraid,3', device).stdout).toBe('{"a": 1}')
  expect(run('smartctl', '-j', '--device=megaraid,31', device).stdout).toBe('{"b": 1}')
})

test('the exit status is the one that was recorded, unless the manifest says another', () => {
  file('a.json', '{"smartctl": {"exit_status": 64}}')
  prepare([
    { program: 'smartctl', when: ['/dev/sda'], output: 'a.json' },
    { program: 'smartctl', when: ['/dev/sdb'], output: 'a.json', exit: 4 },
    { program: 'ethtool', when: ['-S', 'eth0'], output: 'a.json', exit: 71 },
  ])
  expect(run('smartctl', '/dev/sda').status).toBe(64)
  expect(run('smartctl', '/dev/sdb').status).toBe(4)
  expect(run('ethtool', '-S', 'eth0').status).toBe(71)
})

test('a recording that goes away, and a device nobody named, are dead devices', () => {
  file('a.json', '{}')
  prepare([
    { program: 'smartctl', when: ['/dev/sda'], output: 'a.json' },
    { program: 'smartctl', when: ['/dev/sdb'], mode: 'dead' },
    { program: 'ethtool', when: ['eth0'], mode: 'dead' },
  ])
  rmSync(join(folder, 'a.json'))
  for (const device of ['/dev/sda', '/dev/sdb', '/dev/sdc']) {
    const { status, stdout } = run('smartctl', '-j', device)
    expect(status).toBe(2)
    expect(JSON.parse(stdout).smartctl.messages[0].string).toBe(
      `Smartctl open device: ${device} failed: No such device`,
    )
  }
  expect(run('ethtool', 'eth0')).toMatchObject({ status: 1, stdout: '' })
})

test('answers can be slow, cut in half, garbage, or those of a disk asleep', () => {
  file('a.json', '{"a": 123456}')
  prepare([
    { program: 'smartctl', when: ['slow'], output: 'a.json', mode: 'slow', seconds: 0.1 },
    { program: 'smartctl', when: ['truncated'], output: 'a.json', mode: 'truncated' },
    { program: 'smartctl', when: ['garbage'], mode: 'garbage' },
    { program: 'smartctl', when: ['asleep'], mode: 'asleep' },
  ])
  expect(run('smartctl', 'slow').stdout).toBe('{"a": 123456}')
  expect(run('smartctl', 'truncated').stdout).toBe('{"a": ')
  expect(() => JSON.parse(run('smartctl', 'garbage').stdout)).toThrow()
  expect(JSON.parse(run('smartctl', 'asleep').stdout).smartctl).toMatchObject({ exit_status: 2 })
})

test('a program that hangs says nothing and goes when it is killed', async () => {
  prepare([{ program: 'nvme', when: ['/dev/nvme0'], mode: 'hang' }])
  const child = spawn(join(into, 'nvme'), ['smart-log', '/dev/nvme0'])
  const ended = once(child, 'exit')
  await once(child, 'spawn')
  expect(child.exitCode).toBeNull()
  child.kill()
  expect(await ended).toEqual([null, 'SIGTERM'])
})

test('what a shell would understand in a manifest stays text', () => {
  file("it's.json", '{}')
  prepare([{ program: 'smartctl', when: ["$(touch x)'; exit 9; *"], output: "it's.json" }])
  expect(run('smartctl', "$(touch x)'; exit 9; *")).toMatchObject({ status: 0, stdout: '{}' })
  expect(run('smartctl', 'anything').status).toBe(2)
})

test('a folder without a manifest is used as it is, one that is missing is refused', () => {
  expect(prepareReplay(folder, into)).toEqual([folder])
  expect(() => prepareReplay(join(folder, 'nowhere'), into)).toThrow('there is no such folder')
})

test('a manifest that is wrong is refused with the place', () => {
  const problems = [
    [{ program: 'smartctl', when: ['x'], mode: 'sleepy' }, 'answer 1: "mode" has to be one of'],
    [{ program: 'smartctl', when: ['x'], colour: 'red' }, '"colour" is unknown; known are'],
    [{ program: '../smartctl', when: ['x'], mode: 'dead' }, '"program" has to be the name of'],
    [{ program: 'smartctl', when: [], mode: 'dead' }, '"when" has to be a list of words'],
    [{ program: 'smartctl', when: ['x'], mode: 'slow' }, 'it needs "output"'],
    [{ when: ['x'], mode: 'dead' }, 'it needs "program" and "when"'],
    ['smartctl', 'expected an object'],
  ] as const
  for (const [answer, problem] of problems) expect(() => prepare([answer])).toThrow(problem)
  expect(() => prepare([])).toThrow('expected {"answers"')
  file('manifest.json', '{')
  expect(() => prepareReplay(folder, into)).toThrow('it is no JSON')
})

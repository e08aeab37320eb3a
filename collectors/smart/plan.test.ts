import { globSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { recorded } from '../fake/recorded.ts'
import { type Json, parseJson, textAt, valueAt } from './json.ts'
import { createPlans } from './plan.ts'

const database = { fileFor: () => '/cut/drive-0.h' }
const answer = (protocol: string, more: Json = {}) => ({
  device: { protocol },
  model_name: 'ZST HD-2000',
  firmware_version: 'ZB02',
  smartctl: { drive_database_version: { string: '7.3/5319' } },
  ...more,
})
const sda = { name: '/dev/sda', type: 'sat' }

test('NVMe and SCSI devices are asked without the drive database, and for their own logs', () => {
  const plans = createPlans(database)
  const nvme = plans.planOf({ name: '/dev/nvme0', type: 'nvme' }).args
  const scsi = plans.planOf({ name: '/dev/sdb', type: 'scsi' }).args
  expect(nvme).toContain('--drivedb=/dev/null')
  expect(nvme).not.toContain('--log=devstat')
  expect(scsi).toEqual(
    expect.arrayContaining(['--drivedb=/dev/null', '--log=ssd', '--log=defects']),
  )
})

test('no disk is woken, whatever the question', () => {
  const plans = createPlans(database)
  for (const type of ['nvme', 'scsi', 'sat', 'megaraid,3', undefined])
    expect(plans.planOf({ name: '/dev/x', type }).args).toContain('--nocheck=standby')
})

test('an ATA disk is asked with the whole database once, then with that of its model', () => {
  const plans = createPlans(database)
  expect(plans.planOf(sda).args.join()).not.toContain('--drivedb')
  plans.learn(sda, answer('ATA'))
  const { args, drive } = plans.planOf(sda)
  expect(args).toEqual(expect.arrayContaining(['--drivedb=/cut/drive-0.h', '--log=devstat']))
  expect(drive).toEqual({ model: 'ZST HD-2000', firmware: 'ZB02' })
})

test('a drive that was replaced makes the question outdated, one asleep does not', () => {
  const plans = createPlans(database)
  plans.learn(sda, answer('ATA'))
  const plan = plans.planOf(sda)
  expect(plans.isOutdated(plan, answer('ATA'))).toBe(false)
  expect(plans.isOutdated(plan, answer('ATA', { model_name: 'Another' }))).toBe(true)
  expect(plans.isOutdated(plan, { smartctl: {} })).toBe(false)
})

test('USB bridges, unknown types and an old smartctl keep the whole database', () => {
  const plans = createPlans(database)
  for (const type of ['usbjmicron', 'sntasmedia', 'megaraid,3', undefined]) {
    const device = { name: '/dev/sdx', type }
    plans.learn(device, answer('ATA'))
    expect(plans.planOf(device).args.join()).not.toContain('--drivedb')
  }
  plans.learn(sda, answer('ATA', { smartctl: {} }))
  expect(plans.planOf(sda).args.join()).not.toContain('--drivedb')
})

test('a member of a RAID controller is asked by the protocol it turned out to speak', () => {
  const plans = createPlans(database)
  const member = { name: '/dev/bus/0', type: 'megaraid,3' }
  expect(plans.planOf(member).args).toEqual(expect.arrayContaining(['--log=devstat', '--log=ssd']))
  plans.learn(member, answer('SCSI'))
  expect(plans.planOf(member).args).not.toContain('--log=devstat')
})

const ofDatabase = ['model_family', 'in_smartctl_database', 'ata_smart_attributes']

const withRecorded = recorded === undefined ? test.skip : test
withRecorded('nothing that an NVMe or SCSI device answered came out of the drive database', () => {
  const files = globSync('smartctl-json/**/*.json', { cwd: recorded })
  const answers = files.map((file) =>
    parseJson(readFileSync(new URL(String(file), recorded), 'utf8')),
  )
  const others = answers.filter((each) =>
    /^(NVMe|SCSI)$/.test(textAt(each ?? {}, 'device.protocol') ?? ''),
  )
  expect(others.length).toBeGreaterThan(75)
  for (const each of others)
    for (const key of ofDatabase) expect(valueAt(each ?? {}, key)).toBeUndefined()
})

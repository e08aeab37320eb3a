import { expect, test } from '@jest/globals'
import { createPaths } from './paths.ts'

const sas = (unit: string | undefined, serial = 'Z1') => ({
  device: { protocol: 'SCSI' },
  scsi_model_name: 'ZST SX',
  serial_number: serial,
  logical_unit_id: unit,
})
const ata = (id: number, serial = 'Z1') => ({
  device: { protocol: 'ATA' },
  model_name: 'ZST HD',
  serial_number: serial,
  wwn: { naa: 5, oui: 1, id },
})
const nvme = { device: { protocol: 'NVMe' }, model_name: 'ZST NVME', serial_number: 'Z1' }
const create = () => createPaths<string>((name) => name)

test('two paths to one SAS disk are one disk; two actuators of one drive are two', () => {
  const paths = create()
  expect(paths.claim('sda', sas('0x5000c500a0000001'))).toBe('sda')
  expect(paths.claim('sdb', sas('0x5000c500a0000002'))).toBe('sdb')
  expect(paths.claim('sdc', sas('0x5000c500a0000001'))).toBe('sda')
  expect(paths.spares()).toEqual([{ spare: 'sdc', first: 'sda' }])
  expect(paths.isSpare('sdc')).toBe(true)
})

test('without a logical unit, or a serial number, nobody is taken for another', () => {
  const paths = create()
  for (const answer of [sas(undefined), sas('0x5', '--'), { ...ata(1), serial_number: undefined }])
    for (const name of ['sda', 'sdb']) expect(paths.claim(name, answer)).toBe(name)
})

test('cheap drives with one serial number and no name of their own are told apart', () => {
  const paths = create()
  const cheap = { ...ata(1), wwn: undefined }
  for (const name of ['sda', 'sdb']) expect(paths.claim(name, cheap)).toBe(name)
  const of = (id: number) => ({ ...nvme, nvme_namespaces: [{ eui64: { ext_id: id } }] })
  for (const id of [0, 1]) expect(paths.claim(`nvme${id}`, of(id))).toBe(`nvme${id}`)
})

test('drives of a series with one world wide name are told apart by serial number', () => {
  const paths = create()
  expect(paths.claim('sda', ata(7, 'Z1'))).toBe('sda')
  expect(paths.claim('sdb', ata(7, 'Z2'))).toBe('sdb')
  expect(paths.claim('sda_megaraid_1', ata(7, 'Z1'))).toBe('sda')
})

test('controllers of one NVMe device are one, its namespaces are not', () => {
  const paths = create()
  expect(paths.claim('nvme0', nvme)).toBe('nvme0')
  expect(paths.claim('nvme1', nvme)).toBe('nvme0')
  expect(paths.claim('nvme0n1', nvme)).toBe('nvme0n1')
  expect(paths.claim('nvme0n2', nvme)).toBe('nvme0n2')
})

test('where a path is lost, the others of its disk are free for it', () => {
  const paths = create()
  for (const name of ['sda', 'sdb', 'sdc']) paths.claim(name, sas('0x5'))
  expect(paths.release('sda')).toEqual(['sdb', 'sdc'])
  expect(paths.claim('sdb', sas('0x5'))).toBe('sdb')
  expect(paths.claim('sdc', sas('0x5'))).toBe('sdb')
  paths.forget()
  expect(paths.claim('sdc', sas('0x5'))).toBe('sdc')
})

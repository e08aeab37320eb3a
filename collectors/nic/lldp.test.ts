import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createFakeProgram, type FakeAnswer } from '../fake/program.ts'
import { collected } from '../fake/series.ts'
import { createLldp } from './lldp.ts'

const invented = readFileSync(new URL('../fixtures/nic/lldp.json', import.meta.url), 'utf8')
const program = createFakeProgram('lldpctl')
afterAll(() => program.remove())

function lldp(answer: string | FakeAnswer) {
  program.answer({ '-f json0': answer })
  return collected(createLldp({ clock: createManualClock(), lldpctlPath: program.path }))
}

test('a port knows the switch and the port at the other end', async () => {
  expect(Object.keys(await lldp(invented))).toEqual([
    'zstone_nic_neighbour_info{chassis="leaf-7", chassis_id="02:00:5e:00:00:01", device="eth0", ' +
      'management="192.0.2.7", port="Ethernet1/12", port_description="n1 eth0", protocol="LLDP"}',
    'zstone_nic_neighbour_info{chassis_id="02:00:5e:00:00:02", device="eth1", protocol="LLDP"}',
  ])
})

test('without a daemon, or with nobody at the other end, there is nothing to tell', async () => {
  expect(await lldp({ complaint: 'unable to connect to socket', exitCode: 1 })).toEqual({})
  expect(await lldp('{\n  "lldp": [\n    {}\n  ]\n}\n')).toEqual({})
})

test('an answer that is cut off is told', async () => {
  await expect(lldp(invented.slice(0, 300))).rejects.toThrow('lldpctl: it is not JSON')
})

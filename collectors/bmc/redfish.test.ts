import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { authority, server as certificate } from '#lib/http/fake/certificates'
import type { Log } from '#lib/log'
import { collected, seriesOf } from '../fake/series.ts'
import { createFamilies } from '../families.ts'
import { parseJson } from '../smart/json.ts'
import { addBmc } from './metrics.ts'
import { createRedfish } from './redfish.ts'
import { eventsOf, powerOf, sensorsOf, suppliesOf } from './redfish-answers.ts'
import type { RedfishAccess } from './redfish-client.ts'

const invented = readFileSync(new URL('../fixtures/bmc/redfish.json', import.meta.url), 'utf8')

let server: Server
let resources: Record<string, unknown>
let reasons: unknown[]
const log = { warn: (fields: unknown) => reasons.push(fields), info() {} } as unknown as Log

beforeEach(async () => {
  reasons = []
  resources = JSON.parse(invented)
  const expected = `Basic ${Buffer.from('root:secret').toString('base64')}`
  server = createServer(certificate, (request, response) => {
    const resource = resources[request.url ?? '']
    const status = request.headers.authorization !== expected ? 401 : resource ? 200 : 404
    response.writeHead(status)
    response.end(typeof resource === 'string' ? resource : JSON.stringify(resource ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.close()
})

function redfish(changed: Partial<RedfishAccess> = {}) {
  const { port } = server.address() as AddressInfo
  const url = `https://127.0.0.1:${port}`
  const access = { url, user: 'root', password: 'secret', certificate: authority, ...changed }
  return collected(createRedfish({ clock: createManualClock(), log, access }))
}

test('the same facts as through IPMI come over the network', async () => {
  const series = await redfish()
  expect(series).toMatchObject({
    'node_ipmi_temperature_celsius{sensor="Inlet"}': 23,
    'node_ipmi_speed_rpm{sensor="Fan 1"}': 6120,
    'node_ipmi_volts{sensor="12V"}': 12.1,
    'zstone_bmc_sensor_state{kind="fan", sensor="Fan 2", state="critical"}': 1,
    'zstone_bmc_power_supply_state{said="OK", state="ok", supply="PSU 1"}': 1,
    'zstone_bmc_power_supply_state{said="Critical", state="critical", supply="PSU 2"}': 1,
    'zstone_bmc_power_supply_state{said="Absent", state="absent", supply="PSU 3"}': 1,
    zstone_bmc_power_watts: 212,
    zstone_bmc_events: 37,
    ['zstone_bmc_event_newest_info{event="PSU 2 lost its input", ' +
      'sensor="Power Supply / Converter", time="2026-11-20T22:11:09+00:00"}']: 1,
  })
  expect(Object.keys(series).filter((name) => /CPU 2|rpm.*Fan 2/.test(name))).toEqual([])
  expect(reasons).toEqual([])
})

test('a part that does not answer costs only its own facts, and says why', async () => {
  resources['/redfish/v1/Chassis/1/Power'] = 'garbage'
  delete resources['/redfish/v1/Managers/1/LogServices']
  const series = await redfish()
  expect(series['node_ipmi_temperature_celsius{sensor="Inlet"}']).toBe(23)
  expect(Object.keys(series).filter((name) => /supply|events|volts/.test(name))).toEqual([])
  expect(reasons).toMatchObject([
    { question: '/redfish/v1/Chassis/1 Power', reason: expect.stringContaining('not JSON') },
    { question: 'events', reason: expect.stringContaining('status 404') },
  ])
})

test('a wrong password, and a certificate of nobody we trust, are said', async () => {
  await expect(redfish({ password: 'guess' })).rejects.toThrow('status 401')
  await expect(redfish({ certificate: undefined })).rejects.toThrow(/certificate/)
})

test('the certificate of the controller itself will do, whatever name is in it', async () => {
  server.close()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve))
  const { port } = server.address() as AddressInfo
  const elsewhere = `https://127.0.0.2:${port}`
  await expect(redfish({ url: elsewhere })).rejects.toThrow("does not match certificate's altnames")
  const series = await redfish({ url: elsewhere, certificate: certificate.cert })
  expect(series['zstone_bmc_power_watts']).toBe(212)
})

test('no answer leads to another machine', async () => {
  const away = { '@odata.id': 'https://elsewhere.example/redfish/v1/Chassis/1/Thermal' }
  resources['/redfish/v1/Chassis/1'] = { Thermal: away }
  expect(await redfish()).not.toHaveProperty(['node_ipmi_temperature_celsius{sensor="Inlet"}'])
  expect(reasons).toEqual([])
})

test('whatever is cut or garbled, a value is a finite number or absent', () => {
  const texts = Object.values(JSON.parse(invented)).map((resource) => JSON.stringify(resource))
  const put = fc.oneof(fc.string(), fc.constantFrom('1e999', 'null', '[]', '{}', '-1e400'))
  const change = fc.record({ i: fc.nat(texts.length - 1), at: fc.nat(400), cut: fc.nat(20), put })
  fc.assert(
    fc.property(change, ({ i, at, cut, put }) => {
      const text = texts[i] ?? ''
      const json = parseJson(text.slice(0, at) + put + text.slice(at + cut)) ?? {}
      const families = createFamilies()
      const [sensors, supplies] = [sensorsOf(json, json), suppliesOf(json)]
      addBmc(families, { sensors, supplies, powerWatts: powerOf(json), events: eventsOf(json) })
      const values = Object.values(seriesOf(families.list()))
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([])
    }),
  )
})

import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, type PlainAnswer, type SentRequest } from './http.conformance.ts'
import {
  about,
  answersOf,
  attempted,
  resolved,
  sampleDedupKey,
  takesAnyText,
} from './vendor.conformance.ts'
import { victorops } from './victorops.ts'

/** The REST endpoint as its guide documents it; further fields are kept with the incident. */
const alert = z
  .object({
    message_type: z.enum(['CRITICAL', 'WARNING', 'INFO', 'RECOVERY', 'ACKNOWLEDGEMENT']),
    entity_id: z.string().min(1).max(512),
    entity_display_name: z.string(),
    state_message: z.string().max(20_480),
    monitoring_tool: z.string(),
  })
  .catchall(z.string())

function vendor(sent: SentRequest): PlainAnswer {
  const [, key, routing, ...more] = new URL(sent.url).pathname
    .replace('/integrations/generic/20131114/alert', '')
    .split('/')
  const isAddressed = Boolean(key) && Boolean(routing) && more.length === 0
  const judged = alert.safeParse(sent.json())
  if (isAddressed && judged.success) return { status: 200, body: '{"result":"success"}' }
  return { status: 400, body: '{"result":"failure","message":"bad request"}' }
}

httpConformance({
  kind: victorops,
  yaml: 'api_key: hunter2\nrouting_key: team',
  answers: answersOf(vendor, { result: 'failure', message: 'no' }),
})

const fills = {
  '{{ template "victorops.default.state_message" . }}': 'Disk sdb is failing',
  '{{ template "victorops.default.entity_display_name" . }}': '[FIRING:1] DiskFailing',
  '{{ template "victorops.default.monitoring_tool" . }}': 'ZStone',
}

const yaml = 'api_key: key\nrouting_key: "{{ team }}"'
const body = {
  entity_id: sampleDedupKey,
  entity_display_name: '[FIRING:1] DiskFailing',
  state_message: 'Disk sdb is failing',
  monitoring_tool: 'ZStone',
}

test.each([
  ['CRITICAL', '', {}],
  ['WARNING', 'message_type: WARNING', {}],
  ['INFO', 'message_type: INFO', {}],
  ['CRITICAL', 'message_type: PANIC', {}],
  ['RECOVERY', 'message_type: WARNING', resolved],
])('the message is %s with %j', async (expected, option, more) => {
  const { outcome, sent } = await attempted(victorops, `${yaml}\n${option}`, {
    vendor,
    about: about(more, { ...fills, '{{ team }}': 'storage ops' }),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://alert.victorops.com/integrations/generic/20131114/alert/key/storage%20ops',
  ])
  expect(sent.map((request) => request.json())).toEqual([{ ...body, message_type: expected }])
})

test('custom fields stand beside the others', async () => {
  const { outcome, sent } = await attempted(
    victorops,
    `${yaml}\napi_url: https://vo.example/in\ncustom_fields: { rack: '{{ rack }}' }`,
    { vendor, about: about({}, { ...fills, '{{ rack }}': 'r7', '{{ team }}': 'ops' }) },
  )
  expect(outcome).toMatchObject({ kind: 'failed' }) // This vendor lives elsewhere.
  expect(sent[0]?.url).toBe('https://vo.example/in/key/ops')
  expect(sent[0]?.json()).toEqual({ ...body, message_type: 'CRITICAL', rack: 'r7' })
})

takesAnyText(
  {
    kind: victorops,
    yaml: 'api_key: key\nrouting_key: team\ncustom_fields: { a: b }',
    vendorOf: () => vendor,
  },
  { key: 'key', team: 'team' },
)

test('a long explanation is cut', async () => {
  const { outcome, sent } = await attempted(
    victorops,
    `${yaml}\nstate_message: ${'é'.repeat(30_000)}`,
    { vendor, about: about({}, { ...fills, '{{ team }}': 'ops' }) },
  )
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.json()).toMatchObject({ state_message: `${'é'.repeat(20_479)}…` })
})

test.each([
  ['api_key: a', 'missing Routing key in VictorOps config'],
  ['routing_key: a', 'no global VictorOps API Key set'],
  [
    'api_key: a\napi_key_file: b\nrouting_key: c',
    'at most one of api_key & api_key_file must be configured',
  ],
  ...['entity_id', 'entity_state', 'message_type', 'state_message', 'routing_key'].map((name) => [
    `api_key: a\nrouting_key: b\ncustom_fields: { ${name}: x }`,
    `victorOps config contains custom field ${name} which cannot be used ` +
      'as it conflicts with the fixed/static fields',
  ]),
])('%j is refused', (entry, says) => {
  expect(() => victorops.read(openYaml(entry, 'entry.yml'), globalDefaults)).toThrow(says)
})

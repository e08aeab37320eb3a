import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { globalDefaults } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { signedHeaders } from './aws-signature.ts'
import { httpConformance, type PlainAnswer, type SentRequest } from './http.conformance.ts'
import { openNotifier, silentWorld } from './notifier.conformance.ts'
import { sns } from './sns.ts'
import {
  about,
  answersOf,
  attempted,
  form,
  resolved,
  sampleDedupKey,
  takesAnyText,
} from './vendor.conformance.ts'

/** The action Publish as Amazon documents it. */
const publish = z
  .strictObject({
    Action: z.literal('Publish'),
    Version: z.literal('2010-03-31'),
    TopicArn: z.string().startsWith('arn:aws:sns:').optional(),
    TargetArn: z.string().startsWith('arn:aws:sns:').optional(),
    PhoneNumber: z
      .string()
      .regex(/^\+\d{5,15}$/)
      .optional(),
    Subject: z
      .string()
      .min(1)
      .max(100)
      .regex(/^\P{Cc}*$/u)
      .optional(),
    Message: z.string().min(1),
    MessageGroupId: z.string().max(128).optional(),
    MessageDeduplicationId: z.string().max(128).optional(),
  })
  .refine((body) => !body.PhoneNumber || [...body.Message].length <= 1600, 'SMS too long')
  .refine(
    (body) => [body.TopicArn, body.TargetArn, body.PhoneNumber].filter(Boolean).length === 1,
    'one target',
  )
  .refine(
    (body) => Boolean(body.MessageGroupId) === Boolean(body.TopicArn?.endsWith('.fifo')),
    'a FIFO topic, and no other, takes groups',
  )

const keys = { accessKey: 'AKIDEXAMPLE', secretKey: 'hunter2' }
const at = Date.parse('2026-01-02T03:05:00Z')

interface Signing {
  readonly keys?: { accessKey: string; secretKey: string; sessionToken?: string }
  readonly region?: string
  readonly service?: string
}

/** Signs again what it got, as AWS does. */
function isSigned(
  sent: SentRequest,
  { keys: owned = keys, region = 'eu-west-1', service = 'sns' }: Signing,
) {
  const headers = { 'Content-Type': sent.headers.get('Content-Type') ?? '' }
  const { method, url, text: body } = sent
  const signer = { keys: owned, region, service, nowMs: signedAtMs(sent) }
  const { Authorization } = signedHeaders({ method, url, headers, body }, signer)
  return sent.headers.get('Authorization') === Authorization
}

/** `20260102T030500Z`. */
function signedAtMs({ headers }: SentRequest): number {
  const time = headers.get('X-Amz-Date') ?? ''
  return Date.parse(time.replace(/^(.{4})(..)(..T..)(..)/, '$1-$2-$3:$4:'))
}

const awsError = (status: number, code: string, message: string) => ({
  status,
  body: `<ErrorResponse><Error>
<Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
})

const vendorWith =
  (signing: Signing = {}) =>
  (sent: SentRequest): PlainAnswer => {
    if (!isSigned(sent, signing)) return awsError(403, 'SignatureDoesNotMatch', 'not yours')
    const { attributes, rest } = attributesOf(form(sent))
    const { error } = publish.safeParse(rest)
    if (Buffer.byteLength(`${rest.Message}${attributes.flat().join('')}`) > 256 * 1024)
      return awsError(400, 'InvalidParameter', 'too long')
    if (error !== undefined) return awsError(400, 'InvalidParameter', error.message)
    if (attributes.some((attribute) => attribute.length !== 3 || attribute.includes('')))
      return awsError(400, 'InvalidParameterValue', 'attribute')
    return { status: 200, body: '<PublishResponse><MessageId>1</MessageId></PublishResponse>' }
  }

function attributesOf(body: Record<string, string>) {
  const entries = Object.entries(body)
  const isAttribute = ([name]: [string, string]) => name.startsWith('MessageAttributes.entry.')
  const grouped = Map.groupBy(entries.filter(isAttribute), ([name]) => name.split('.')[2])
  return {
    attributes: [...grouped.values()].map((parts) => parts.map(([, value]) => value)),
    rest: Object.fromEntries(entries.filter((entry) => !isAttribute(entry))),
  }
}

const topic = 'arn:aws:sns:eu-west-1:123456789012:alerts'
const yaml = `topic_arn: ${topic}
sigv4: { region: eu-west-1, access_key: AKIDEXAMPLE, secret_key: hunter2 }`

const fills = {
  '{{ template "sns.default.subject" .}}': '[FIRING:1] DiskFailing',
  '{{ template "sns.default.message" .}}': 'Disk sdb is failing',
}

httpConformance({
  kind: sns,
  yaml,
  answers: answersOf(vendorWith(), awsError(400, 'InvalidParameter', 'no').body),
})

test.each([{}, resolved])(
  'what fires or is resolved is published to the topic: %j',
  async (more) => {
    const { outcome, sent } = await attempted(sns, yaml, {
      vendor: vendorWith(),
      about: about(more, fills),
    })
    expect(outcome).toMatchObject({ kind: 'delivered' })
    expect(sent[0]?.url).toBe('https://sns.eu-west-1.amazonaws.com/')
    expect(sent.map(form)).toEqual([
      {
        Action: 'Publish',
        Version: '2010-03-31',
        TopicArn: topic,
        Subject: '[FIRING:1] DiskFailing',
        Message: 'Disk sdb is failing',
      },
    ])
  },
)

test('a FIFO topic drops repeated attempts but not the next message', async () => {
  const { outcome, sent } = await attempted(sns, yaml.replace(':alerts', ':alerts.fifo'), {
    vendor: vendorWith(),
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(form(sent[0] as SentRequest)).toMatchObject({
    MessageGroupId: sampleDedupKey,
    MessageDeduplicationId: 'lane0000-0123456789',
  })
})

test('attributes go along, and empty ones do not', async () => {
  const { outcome, sent } = await attempted(
    sns,
    `${yaml}\nattributes: { severity: '{{ severity }}', none: '{{ none }}' }`,
    {
      vendor: vendorWith(),
      about: about({}, { ...fills, '{{ severity }}': 'critical', '{{ none }}': '' }),
    },
  )
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(attributesOf(form(sent[0] as SentRequest)).attributes).toEqual([
    ['severity', 'String', 'critical'],
  ])
})

test.each([
  ['a topic', yaml, `${'x'.repeat(256 * 1024 - 22)}…`],
  [
    'a phone',
    yaml.replace(`topic_arn: ${topic}`, "phone_number: '+4915112345'"),
    `${'x'.repeat(1599)}…`,
  ],
])('a message to %s is cut, and says so', async (_, entry, expected) => {
  const { outcome, sent } = await attempted(
    sns,
    `${entry}\nmessage: ${'x'.repeat(300_000)}\nsubject: "${'é'.repeat(120)}"`,
    { vendor: vendorWith(), about: about({}, fills) },
  )
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(form(sent[0] as SentRequest)).toMatchObject({
    Message: expected,
    Subject: `${'é'.repeat(99)}…`,
    'MessageAttributes.entry.1.Name': 'truncated',
    'MessageAttributes.entry.1.Value.StringValue': 'true',
  })
})

takesAnyText(
  { kind: sns, yaml: `${yaml}\nattributes: { a: b }`, vendorOf: () => vendorWith() },
  { [topic]: topic },
)

test('the endpoint of an app is told through another API URL', async () => {
  const endpoint = 'arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/app/1'
  const entry = `target_arn: ${endpoint}\napi_url: https://aws.example/sns\nsubject: ''
sigv4: { region: eu-west-1, access_key: AKIDEXAMPLE, secret_key: hunter2 }`
  const { outcome, sent } = await attempted(sns, entry, {
    vendor: vendorWith(),
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.url).toBe('https://aws.example/sns')
  expect(form(sent[0] as SentRequest)).toMatchObject({ TargetArn: endpoint })
  expect(form(sent[0] as SentRequest)).not.toHaveProperty('Subject')
})

test('keys and region may come from the environment, and the region from the topic', async () => {
  const environment = {
    AWS_ACCESS_KEY_ID: 'AKENV',
    AWS_SECRET_ACCESS_KEY: 'envsecret',
    AWS_SESSION_TOKEN: 'envtoken',
  }
  const owned = { accessKey: 'AKENV', secretKey: 'envsecret', sessionToken: 'envtoken' }
  const { outcome } = await attempted(sns, `topic_arn: ${topic}`, {
    vendor: vendorWith({ keys: owned }),
    about: about({}, fills),
    world: { environment },
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  const elsewhere = { ...environment, AWS_REGION: 'us-east-2' }
  const { sent } = await attempted(sns, `topic_arn: ${topic}`, {
    vendor: vendorWith({ keys: owned, region: 'us-east-2' }),
    about: about({}, fills),
    world: { environment: elsewhere },
  })
  expect(sent[0]?.url).toBe('https://sns.us-east-2.amazonaws.com/')
})

test('keys and region may come from a profile', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aws-'))
  const credentials = path.join(folder, 'credentials')
  const config = path.join(folder, 'config')
  await writeFile(
    credentials,
    '[default]\naws_access_key_id = WRONG\naws_secret_access_key = wrong\n\n' +
      '[ops]\naws_access_key_id = AKOPS\naws_secret_access_key = ops/secret=\n',
  )
  await writeFile(config, '[default]\nregion = us-west-1\n[profile ops]\nregion = eu-north-1\n')
  const environment = {
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_CONFIG_FILE: config,
    AWS_ACCESS_KEY_ID: 'AKENV',
    AWS_SECRET_ACCESS_KEY: 'envsecret',
  }
  const { outcome, sent } = await attempted(sns, `topic_arn: ${topic}\nsigv4: { profile: ops }`, {
    vendor: vendorWith({
      keys: { accessKey: 'AKOPS', secretKey: 'ops/secret=' },
      region: 'eu-north-1',
    }),
    about: about({}, fills),
    world: { environment },
  })
  await rm(folder, { recursive: true })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent[0]?.url).toBe('https://sns.eu-north-1.amazonaws.com/')
})

test('what is absent is named', async () => {
  const nothing = async (entry: string) => {
    const world = {
      environment: { AWS_SHARED_CREDENTIALS_FILE: '/nowhere', AWS_CONFIG_FILE: '/no' },
    }
    const { outcome } = await attempted(sns, entry, {
      vendor: vendorWith(),
      about: about({}, fills),
      world,
    })
    return outcome
  }
  expect(await nothing(`topic_arn: ${topic}`)).toEqual({
    kind: 'failed',
    passing: false,
    reason:
      'Cannot sign for AWS: sigv4 has no access_key and secret_key, the environment no ' +
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ' +
      'and the shared credentials file no profile "default" with keys',
  })
  expect(await nothing(`topic_arn: ${topic}\nsigv4: { profile: ops }`)).toMatchObject({
    reason: 'Cannot sign for AWS: the shared credentials file has no profile "ops" with keys',
  })
  expect(await nothing("phone_number: '+4915112345'")).toMatchObject({
    reason: expect.stringContaining('no region is known'),
  })
})

const role = `${yaml.slice(0, -2)}, role_arn: 'arn:aws:iam::1:role/alerts', external_id: zs }`
const lent = { accessKey: 'ASIALENT', secretKey: 'lentsecret', sessionToken: 'lent+token/==' }

const credentials = (expiration: string) =>
  `<AssumeRoleResponse><AssumeRoleResult><Credentials>
<AccessKeyId>ASIALENT</AccessKeyId><SecretAccessKey>lentsecret</SecretAccessKey>
<SessionToken>lent+token/==</SessionToken><Expiration>${expiration}</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`

const lender = (expiration: string) => (sent: SentRequest) => {
  if (!sent.url.startsWith('https://sts.')) return vendorWith({ keys: lent })(sent)
  if (!isSigned(sent, { service: 'sts' })) return awsError(403, 'SignatureDoesNotMatch', 'no')
  expect(form(sent)).toMatchObject({
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::1:role/alerts',
    ExternalId: 'zs',
  })
  return { status: 200, body: credentials(expiration) }
}

test('the keys of a role are borrowed', async () => {
  const { outcome, sent } = await attempted(sns, role, {
    vendor: lender('2026-01-02T04:05:00Z'),
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(sent.map(({ url }) => url)).toEqual([
    'https://sts.eu-west-1.amazonaws.com/',
    'https://sns.eu-west-1.amazonaws.com/',
  ])
})

test.each([
  ['2026-01-02T04:05:00Z', 3],
  ['2026-01-02T03:09:00Z', 4],
  ['', 4],
])('and kept until shortly before they end: %j', async (expiration, requests) => {
  const urls: string[] = []
  const fetchOver: typeof fetch = async (input) => {
    urls.push(String(input))
    return new Response(String(input).startsWith('https://sts.') ? credentials(expiration) : '')
  }
  const world = { ...silentWorld(), fetch: fetchOver, nowMs: () => at }
  const notifier = openNotifier(sns, role, world)
  const never = new AbortController().signal
  await notifier.send(about({}, fills), never)
  await notifier.send(about({}, fills), never)
  expect(urls).toHaveLength(requests)
})

test.each([
  [403, 'AccessDenied', false],
  [400, 'Throttling', true],
  [503, 'ServiceUnavailable', true],
])('a role that is refused with %p %s may be lent later: %p', async (status, code, passing) => {
  const { outcome } = await attempted(sns, role, {
    vendor: () => awsError(status, code, 'because'),
    about: about({}, fills),
  })
  expect(outcome).toMatchObject({
    passing,
    reason: expect.stringContaining(`Cannot assume role arn:aws:iam::1:role/alerts: ${code}`),
  })
})

test.each([
  [400, 'InvalidParameter', false],
  [403, 'SignatureDoesNotMatch', false],
  [404, 'NotFound', false],
  [400, 'ThrottlingException', true],
  [429, 'Throttled', true],
  [500, 'InternalError', true],
])('status %p %s may pass: %p', async (status, code, passing) => {
  const { outcome } = await attempted(sns, yaml, {
    vendor: () => awsError(status, code, 'a &lt;b&gt;'),
    about: about({}, fills),
  })
  const reason = `unexpected status code ${status}: ${code}: a <b>`
  expect(outcome).toEqual({ kind: 'failed', passing, reason })
})

const target = 'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config'
const pair =
  'must provide a AWS SigV4 Access key and Secret Key ' +
  'if credentials are specified in the SigV4 config'

test.each([
  ['message: a', target],
  ['topic_arn: a\nphone_number: b', target],
  ['topic_arn: a\nsigv4: { access_key: a }', pair],
  ['topic_arn: a\nsigv4: { secret_key: a }', pair],
])('%j is refused', (entry, says) => {
  expect(() => sns.read(openYaml(entry, 'entry.yml'), globalDefaults)).toThrow(says)
})

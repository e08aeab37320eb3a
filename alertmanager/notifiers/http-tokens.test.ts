import { expect, test } from '@jest/globals'
import { globalDefaults } from '../config/global.ts'
import { fields, openYaml } from '../config/reader.ts'
import { attempt, outcomeOf, readHttp } from './http-client.ts'
import { silentWorld } from './notifier.conformance.ts'

interface Shop {
  /** What it answers to the n-th question for a token. */
  readonly sells?: (n: number, request: Request) => Response
  /** Whether the far side takes what is in `Authorization`. */
  readonly takes?: (authorization: string) => boolean
}

const token = (n: number, more = {}) =>
  Response.json({ access_token: `token${n}`, token_type: 'bearer', expires_in: 60, ...more })

function open(yaml: string, { sells = (n) => token(n), takes = () => true }: Shop = {}) {
  let nowMs = 0
  const asked: { readonly authorization: string | null; readonly form: string }[] = []
  const got: string[] = []
  const fetchOver: typeof fetch = async (input, { dispatcher: _, ...init } = {}) => {
    const request = new Request(input, init)
    const authorization = request.headers.get('Authorization')
    if (new URL(request.url).host !== 'tokens') {
      got.push(authorization ?? '')
      return new Response('', { status: takes(authorization ?? '') ? 200 : 401 })
    }
    asked.push({ authorization, form: await request.clone().text() })
    return sells(asked.length, request)
  }
  const settings = `client_id: me, token_url: "http://tokens/", client_secret: hunter2, ${yaml}`
  const at = openYaml(`http_config: { oauth2: { ${settings} } }`, 'entry.yml')
  const own = fields(at, { known: ['http_config'] })
  const world = { ...silentWorld(), fetch: fetchOver, nowMs: () => nowMs }
  const client = readHttp(own, globalDefaults).open(world)
  const { signal } = new AbortController()
  return {
    asked,
    got,
    send: () => attempt(async () => outcomeOf(await client.send({ url: 'http://far/' }, signal))),
    pass(ms: number) {
      nowMs += ms
    },
  }
}

test('a token is bought with the login, the scopes and what else is wanted', async () => {
  const { send, asked, got } = open('scopes: [a, b], endpoint_params: { audience: "x y" }')
  expect(await send()).toMatchObject({ kind: 'delivered' })
  expect(asked).toEqual([
    {
      authorization: `Basic ${btoa('me:hunter2')}`,
      form: 'grant_type=client_credentials&scope=a+b&audience=x+y',
    },
  ])
  expect(got).toEqual(['Bearer token1'])
})

test('a token is kept until shortly before its end', async () => {
  const { send, asked, pass } = open('')
  await send()
  pass(49_999)
  await send()
  expect(asked).toHaveLength(1)
  pass(1)
  await send()
  expect(asked).toHaveLength(2)
})

test('a token without an end is kept', async () => {
  const { send, asked, pass } = open('', { sells: (n) => token(n, { expires_in: undefined }) })
  await send()
  pass(1e9)
  await send()
  expect(asked).toHaveLength(1)
})

test('attempts at once share what one of them buys', async () => {
  const { send, asked } = open('')
  await Promise.all([send(), send(), send()])
  expect(asked).toHaveLength(1)
})

test('a token that is not taken any more is bought anew, once', async () => {
  const { send, asked, got } = open('', { takes: (given) => given === 'Bearer token2' })
  expect(await send()).toMatchObject({ kind: 'delivered' })
  expect(got).toEqual(['Bearer token1', 'Bearer token2'])
  expect(asked).toHaveLength(2)
  const { send: vain, asked: twice } = open('', { takes: () => false })
  expect(await vain()).toMatchObject({ kind: 'failed', passing: false })
  expect(twice).toHaveLength(2)
})

test('a server that does not take the login in the header finds it in the body', async () => {
  const { send, asked } = open('', {
    sells: (n, request) =>
      request.headers.has('Authorization') ? new Response('', { status: 401 }) : token(n),
  })
  expect(await send()).toMatchObject({ kind: 'delivered' })
  expect(asked[1]?.form).toContain('client_id=me&client_secret=hunter2')
})

test.each([
  [new Response('no', { status: 403 }), false, 'unexpected status code 403'],
  [new Response('no', { status: 503 }), true, 'unexpected status code 503'],
  [new Response('no', { status: 429 }), true, 'unexpected status code 429'],
  [new Response('hunter2'), false, 'its answer is not JSON'],
  [new Response('null'), false, 'its answer holds no access_token'],
  [Response.json({ access_token: '' }), false, 'its answer holds no access_token'],
])('no token: whether it may pass is told (%#)', async (answer, passing, says) => {
  const outcome = await open('', { sells: () => answer.clone() }).send()
  expect(outcome).toMatchObject({ kind: 'failed', passing })
  expect(outcome).toMatchObject({ reason: expect.stringContaining(says) })
  expect(JSON.stringify(outcome)).not.toContain('hunter2')
})

test('a token is no part of an outcome', async () => {
  const { send } = open('', { takes: () => false })
  expect(JSON.stringify(await send())).not.toContain('token2')
})

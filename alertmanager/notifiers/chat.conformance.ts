/** What every chat must do beyond the suite of all vendors, and how to try one. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { z } from 'zod'
import { readGlobal } from '../config/global.ts'
import { openYaml } from '../config/reader.ts'
import { httpConformance, type PlainAnswer, type VendorAnswers } from './http.conformance.ts'
import { message, silentWorld } from './notifier.conformance.ts'
import type { Message, NotifierConfig, NotifierKind, Outcome } from './notifier.ts'

export type Answer = (request: { readonly url: string }) => PlainAnswer

export interface Chat {
  readonly kind: NotifierKind
  /** An entry with the secret `hunter2` in it. */
  readonly yaml: string
  readonly takes: Answer
  /** Other answers of the vendor's own. */
  readonly answers?: Partial<VendorAnswers>
  /** The least of what the vendor takes, and nothing that it does not know. */
  readonly schema: z.ZodType
}

export function chatConformance({ kind, yaml, takes, answers, schema }: Chat): void {
  httpConformance({ kind, yaml, answers: { yes: takes, ...answers } })

  test.each(['firing', 'resolved'] as const)('the vendor takes what is %s', async (status) => {
    const { requests, outcome } = await sent(kind, yaml, { status, takes })
    expect(outcome.kind).toBe('delivered')
    expect(schema.safeParse(requests.at(-1)?.body).error).toBeUndefined()
  })

  test('the longest message is cut to what the vendor takes', async () => {
    const fill = (text: string) => (text.includes('.default.') ? '😀"<b>'.repeat(20_000) : text)
    const { requests } = await sent(kind, yaml, { takes, fill })
    expect(schema.safeParse(requests.at(-1)?.body).error).toBeUndefined()
  })

  test('whatever the vendor answers is an outcome, and tells no secret', async () => {
    const { notifier, requests, answerWith } = retold(kind, yaml)
    const status = fc.constantFrom(200, 202, 302, 400, 401, 404, 413, 429, 500, 503)
    const body = fc.oneof(fc.string(), fc.constant('hunter2'), hostile)
    await fc.assert(
      fc.asyncProperty(status, body, async (status, body) => {
        answerWith({ status, body })
        const outcome = await notifier.send(letter({}), never)
        expect(['delivered', 'failed']).toContain(outcome.kind)
        expect(JSON.stringify(outcome)).not.toContain('hunter2')
        if (outcome.kind === 'failed' && outcome.retryAfterMs !== undefined)
          expect(outcome.retryAfterMs).toBeGreaterThanOrEqual(0)
        requests.length = 0
      }),
    )
  })

  test('a secret in a file that is not there fails the attempt, and not the start', async () => {
    const fromFile = yaml.replace(/^(\w+): [^{\n]*hunter2.*$/gm, '$1_file: /nowhere/secret')
    if (fromFile === yaml) return
    const { outcome } = await sent(kind, fromFile, { takes })
    expect(outcome).toMatchObject({ reason: expect.stringContaining('/nowhere/secret') })
  })
}

/** Objects with the names that vendors use, and values that they never would. */
const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('hunter2'))
const hostile = fc.dictionary(
  fc.constantFrom(
    ...['ok', 'error', 'errorType', 'success', 'errcode', 'access_token', 'expires_in', 'ts'],
    ...['code', 'retry_after', 'description', 'parameters', 'id', 'channel', 'message', 'errors'],
  ),
  odd,
)

/** A notifier whose vendor can be told what to answer next. */
function retold(kind: NotifierKind, yaml: string) {
  let answer: PlainAnswer = { status: 200 }
  const answerWith = (next: PlainAnswer) => {
    answer = next
  }
  return { ...opened(kind, yaml, { takes: () => answer }), answerWith }
}

export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: unknown
}

export interface Trial {
  readonly status?: 'firing' | 'resolved'
  readonly takes: Answer
  readonly memory?: Message['memory']
  readonly fill?: (template: string) => string
  /** Lines of `global`. */
  readonly global?: string
  readonly nowMs?: () => number
}

/** What a notifier sends of one message, and what it makes of the answer. */
export async function sent(kind: NotifierKind, yaml: string, trial: Trial) {
  const { notifier, requests } = opened(kind, yaml, trial)
  return { outcome: await notifier.send(letter(trial), never), requests }
}

const never = new AbortController().signal

/** A notifier that can be sent through more than once. */
export function opened(kind: NotifierKind, yaml: string, { takes, global = '', nowMs }: Trial) {
  const requests: SentRequest[] = []
  const fetchOver: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const { method, url, headers } = request
    requests.push({ method, url, headers, body: text === '' ? undefined : JSON.parse(text) })
    const { body, ...answer } = takes(request)
    const said = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    return new Response(said, answer)
  }
  const world = { ...silentWorld(), fetch: fetchOver, ...(nowMs && { nowMs }) }
  return { notifier: configOf(kind, yaml, global).open(world), requests }
}

export function letter({ status = 'firing', memory = {}, fill = bare(status) }: Partial<Trial>) {
  return {
    ...message({ status }),
    memory,
    render: { text: fill, html: fill },
  }
}

/** Shows which template was asked for: `{{ template "x" . }}` becomes `x`. */
function bare(status: string) {
  return (template: string) =>
    template
      .replaceAll(
        /\{\{ if eq \.Status "firing" \}\}(.*?)\{\{ else \}\}(.*?)\{\{ end \}\}/g,
        (_, a, b) => (status === 'firing' ? a : b),
      )
      .replaceAll(/\{\{ template "(.*?)" \. \}\}/g, '$1')
}

/** The entry, read; `global` holds lines of that mapping. */
export function configOf(kind: NotifierKind, yaml: string, global = ''): NotifierConfig {
  const top = openYaml(`resolve_timeout: 5m\n${global}`, 'global.yml')
  return kind.read(openYaml(yaml, 'entry.yml'), readGlobal(top, [kind.globals ?? {}]))
}

/** What an answer is taken for. */
export async function outcomeFor(
  { kind, yaml }: Pick<Chat, 'kind' | 'yaml'>,
  answer: PlainAnswer,
): Promise<Outcome> {
  const { outcome } = await sent(kind, yaml, { takes: () => answer })
  return outcome
}

/** Pushes in protobuf to our gateway and to Debian's: the same answers and the same `/metrics`. */
import { existsSync } from 'node:fs'
import { Agent } from 'node:http'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isBuildMachine } from '#test/environment'
import { exchange, masked, openTestGateway } from './fake/gateway.ts'
import { debianGateway, startDebians } from './fake/process.ts'
import { encodeFamilies, someFamilies } from './formats/fake/families.ts'

const headers = {
  'Content-Type':
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
}

const somePush = fc.record({
  method: fc.constantFrom('PUT', 'POST'),
  path: fc.constantFrom('/metrics/job/x', '/metrics/job/x/a/b', '/metrics/job/y/instance/i'),
  families: someFamilies,
  /** How much of the body arrives. */
  share: fc.oneof(fc.constant(1), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
})

async function compareAll(): Promise<void> {
  const [theirs, ours] = [await startDebians(), await openTestGateway()]
  const agent = new Agent({ keepAlive: true })
  const ask = (url: string, method: string, path: string, body: Buffer | string = '') =>
    exchange({ agent, url, method, path, sent: { body, headers } })
  const both = async (method: string, path: string, body?: Buffer) =>
    [await ask(theirs.url, method, path, body), await ask(ours.url, method, path, body)] as const
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(somePush, { minLength: 1, maxLength: 4 }), async (pushes) => {
        for (const { path } of pushes) await both('DELETE', path)
        for (const { method, path, families, share } of pushes) {
          const whole = encodeFamilies(families)
          const body = whole.subarray(0, Math.floor(share * whole.length))
          const [wanted, given] = await both(method, path, body)
          expect(given.status).toBe(wanted.status)
          if (wanted.body === 'unexpected EOF\n') expect(given.body).toBe(wanted.body)
        }
        const [wanted, given] = await both('GET', '/metrics')
        expect(shown(given.body)).toEqual(shown(wanted.body))
      }),
      { numRuns: 100, seed: 20261121 },
    )
  } finally {
    agent.destroy()
    await ours.close()
    await theirs.kill()
  }
}

/** Whose help is shown where two groups differ is left open by the original. */
const shown = (exposition: string) =>
  masked(exposition).filter((line) => !line.startsWith('# HELP'))

if (existsSync(debianGateway) || isBuildMachine())
  test("any push in protobuf gets the answers of Debian's gateway", compareAll)
else
  test('there is no gateway of Debian to compare with', () => {
    console.log(`Skipped the comparison: there is no ${debianGateway}`)
  })

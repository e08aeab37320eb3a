/** Borrows the keys of a role from AWS's token service. */
import { fault } from '#api/errors'
import { awsError, elementOf } from './aws-answer.ts'
import { signedForm } from './aws-form.ts'
import type { AwsKeys } from './aws-signature.ts'
import { awsDomain, type Role } from './aws-sigv4.ts'
import { type HttpAnswer, type HttpClient, mayPass } from './http-client.ts'

export interface Lent {
  readonly keys: AwsKeys
  readonly untilMs: number
}

export interface Assumption {
  readonly role: Role
  readonly region: string
  readonly usesFips: boolean
  /** Who asks. */
  readonly own: AwsKeys
}

interface Asking {
  readonly world: { readonly client: HttpClient; readonly nowMs: () => number }
  readonly signal: AbortSignal
}

export async function assumeRole(
  { role, region, usesFips, own }: Assumption,
  { world, signal }: Asking,
): Promise<Lent> {
  const form = {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: 'zstone-alertmanager',
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  }
  const url = `https://sts${usesFips ? '-fips' : ''}.${region}.${awsDomain(region)}/`
  const nowMs = world.nowMs()
  const signer = { keys: own, region, service: 'sts', nowMs }
  const answer = await world.client.send(signedForm(url, form, signer), signal)
  const xml = answer.text
  const accessKey = elementOf(xml, 'AccessKeyId')
  const secretKey = elementOf(xml, 'SecretAccessKey')
  const sessionToken = elementOf(xml, 'SessionToken')
  if (answer.status !== 200 || !accessKey || !secretKey || !sessionToken)
    throw refusedBy(answer, role, url)
  // Without an end they serve this once.
  const untilMs = Date.parse(elementOf(xml, 'Expiration') ?? '') || nowMs
  return { keys: { accessKey, secretKey, sessionToken }, untilMs }
}

function refusedBy(answer: HttpAnswer, { arn }: Role, url: string): Error {
  const { text, isPassing } = awsError(answer)
  const reason = `Cannot assume role ${arn}: ${text || `status ${answer.status}`}`
  if (!isPassing && !mayPass(answer.status)) return new Error(reason)
  return fault('RECEIVER_UNREACHABLE', { origin: new URL(url).origin, reason })
}

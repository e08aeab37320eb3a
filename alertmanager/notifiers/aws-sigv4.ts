/** Reads `sigv4:`, which says whose keys requests to AWS are signed with. */
import { fields, type Place, refusal, text, truth } from '../config/reader.ts'
import type { AwsKeys } from './aws-signature.ts'

export interface SigV4 {
  readonly region?: string | undefined
  readonly keys?: AwsKeys | undefined
  readonly profile?: string | undefined
  readonly role?: Role | undefined
  readonly usesFips: boolean
  readonly secrets: readonly Place[]
}

const keys = {
  known: [
    'region',
    'access_key',
    'secret_key',
    'profile',
    'role_arn',
    'external_id',
    'use_fips_sts_endpoint',
  ],
}

export function readSigV4(at: Place | undefined): SigV4 {
  if (at === undefined) return { usesFips: false, secrets: [] }
  const own = fields(at, keys)
  const accessKey = own.optional('access_key', text) || undefined
  const secretKey = own.optional('secret_key', text) || undefined
  if ((accessKey === undefined) !== (secretKey === undefined))
    throw refusal(
      at,
      'must provide a AWS SigV4 Access key and Secret Key ' +
        'if credentials are specified in the SigV4 config',
    )
  const arn = own.optional('role_arn', text) || undefined
  const externalId = own.optional('external_id', text)
  return {
    region: own.optional('region', text) || undefined,
    keys: accessKey && secretKey ? { accessKey, secretKey } : undefined,
    profile: own.optional('profile', text) || undefined,
    role: arn === undefined ? undefined : { arn, externalId },
    usesFips: own.optional('use_fips_sts_endpoint', truth) ?? false,
    secrets: own.optional('secret_key', (place) => [place]) ?? [],
  }
}

export interface Role {
  readonly arn: string
  readonly externalId: string | undefined
}

/** China has a domain of its own. */
export const awsDomain = (region: string) =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'

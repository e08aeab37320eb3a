/** Whose keys a request to AWS is signed with, and for which region. */
import { signedForm } from './aws-form.ts'
import { type Environment, type Profile, profileOf } from './aws-profile.ts'
import { assumeRole, type Lent } from './aws-role.ts'
import type { AwsKeys } from './aws-signature.ts'
import type { SigV4 } from './aws-sigv4.ts'
import type { HttpClient, HttpRequest } from './http-client.ts'

export interface AwsWorld {
  readonly client: HttpClient
  readonly environment?: Environment
  readonly nowMs: () => number
}

export interface Asked {
  readonly url: string
  readonly form: Readonly<Record<string, string>>
  readonly service: string
  readonly region: string
}

export interface AwsSession {
  /** The region that is configured, else the one that the target names. */
  region(ofTarget: string | undefined): Promise<string>
  signed(
    asked: Asked,
    signal: AbortSignal,
  ): Promise<{ readonly request: HttpRequest; readonly secrets: readonly string[] }>
}

/** Keys of a role are asked for again this long before they end. */
const marginMs = 5 * 60_000

export function createAwsSession(sigV4: SigV4, world: AwsWorld): AwsSession {
  const { environment = {}, nowMs } = world
  const profile = () =>
    profileOf(sigV4.profile ?? environment.AWS_PROFILE ?? 'default', environment)
  let lent: Lent | undefined

  const keysOf = async (region: string, signal: AbortSignal): Promise<AwsKeys> => {
    const own = ownKeys(sigV4, environment) ?? keysIn(await profile(), sigV4, environment)
    if (sigV4.role === undefined) return own
    if (lent === undefined || lent.untilMs - marginMs <= nowMs())
      lent = await assumeRole({ ...sigV4, role: sigV4.role, region, own }, { world, signal })
    return lent.keys
  }
  return {
    async region(ofTarget) {
      const found =
        sigV4.region ??
        environment.AWS_REGION ??
        environment.AWS_DEFAULT_REGION ??
        (await profile()).region ??
        ofTarget
      if (found) return found
      throw new Error(
        'Cannot sign for AWS: no region is known; name one in sigv4.region or AWS_REGION',
      )
    },
    async signed({ url, form, service, region }, signal) {
      const signer = { keys: await keysOf(region, signal), region, service, nowMs: nowMs() }
      const { secretKey, sessionToken } = signer.keys
      return {
        request: signedForm(url, form, signer),
        secrets: sessionToken === undefined ? [secretKey] : [secretKey, sessionToken],
      }
    },
  }
}

/** A profile that is named wins over the environment; keys in the configuration win over both. */
function ownKeys(sigV4: SigV4, environment: Environment): AwsKeys | undefined {
  if (sigV4.keys !== undefined) return sigV4.keys
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = environment
  if (sigV4.profile !== undefined || !accessKey || !secretKey) return undefined
  const sessionToken = environment.AWS_SESSION_TOKEN
  return { accessKey, secretKey, ...(sessionToken && { sessionToken }) }
}

function keysIn({ keys: found }: Profile, sigV4: SigV4, environment: Environment): AwsKeys {
  if (found !== undefined) return found
  const name = sigV4.profile ?? environment.AWS_PROFILE ?? 'default'
  const absent =
    sigV4.profile === undefined
      ? 'sigv4 has no access_key and secret_key, the environment no AWS_ACCESS_KEY_ID and ' +
        `AWS_SECRET_ACCESS_KEY, and the shared credentials file no profile "${name}" with keys`
      : `the shared credentials file has no profile "${name}" with keys`
  throw new Error(`Cannot sign for AWS: ${absent}`)
}

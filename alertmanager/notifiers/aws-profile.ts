/** Reads AWS's shared files: sections of `key = value`, one section a profile. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { AwsKeys } from './aws-signature.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Profile {
  readonly keys: AwsKeys | undefined
  readonly region: string | undefined
}

/** Files that are not there hold nothing. */
export async function profileOf(name: string, environment: Environment): Promise<Profile> {
  const home = path.join(environment.HOME ?? '', '.aws')
  const credentials = environment.AWS_SHARED_CREDENTIALS_FILE ?? path.join(home, 'credentials')
  const config = environment.AWS_CONFIG_FILE ?? path.join(home, 'config')
  const found = {
    // In this file every profile but the first has a prefix.
    ...sectionOf(await textOf(config), name === 'default' ? name : `profile ${name}`),
    ...sectionOf(await textOf(credentials), name),
  }
  const { aws_access_key_id: accessKey, aws_secret_access_key: secretKey } = found
  const sessionToken = found.aws_session_token
  return {
    keys:
      accessKey === undefined || secretKey === undefined
        ? undefined
        : { accessKey, secretKey, ...(sessionToken !== undefined && { sessionToken }) },
    region: found.region,
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return ''
  }
}

function sectionOf(text: string, wanted: string): Record<string, string> {
  const found: Record<string, string> = {}
  let section = ''
  for (const line of text.split('\n')) {
    const heading = /^\s*\[\s*(.+?)\s*\]/.exec(line)?.[1]
    if (heading !== undefined) section = heading
    const [, key, value] = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (section === wanted && key !== undefined && value !== undefined) found[key] = value
  }
  return found
}

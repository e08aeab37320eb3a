/** Reads the XML that AWS's query APIs answer with: elements that hold nothing but text. */
import type { HttpAnswer } from './http-client.ts'

/** The text of the first element of this name. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => letters[entity] ?? '')
}

const letters: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
}

/** AWS says with 400 what other vendors say with 429 or 503. */
const passingCodes = [
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'KMSThrottling',
  'RequestExpired',
  'InternalFailure',
  'ServiceUnavailable',
]

export function awsError({ text }: HttpAnswer): { isPassing: boolean; text: string } {
  const code = elementOf(text, 'Code')
  const said = [code, elementOf(text, 'Message')].flatMap((part) => part || [])
  return {
    isPassing: code !== undefined && passingCodes.includes(code),
    text: said.join(': '),
  }
}

/** Reads the body of a push by its content type, as the original chooses. */
import { ZstoneError } from '#lib/errors'
import type { ParsedFamily } from '../family.ts'
import { parseText } from '../text-parser.ts'
import { decodeFamilies } from './decode-families.ts'
import { parseMediaType } from './media-type.ts'

export interface ParsedPush {
  readonly families: readonly ParsedFamily[]
  /** Whether any sample carries a timestamp; a pushed one must not. */
  readonly timestamped: boolean
  /** Why nothing of it can be shown, though it can be read: the group notes that it failed. */
  readonly refusal?: string
}

/** Whatever is no protobuf is taken for text, whatever it says it is. */
export function parsePush(body: Buffer, contentType: string): ParsedPush {
  const { type, parameters } = parseMediaType(contentType)
  const isProtobuf =
    type === 'application/vnd.google.protobuf' &&
    parameters.get('encoding') === 'delimited' &&
    parameters.get('proto') === 'io.prometheus.client.MetricFamily'
  return isProtobuf ? judged(() => decodeFamilies(body)) : parseText(body)
}

function judged(decode: () => ParsedPush): ParsedPush {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ZstoneError) || error.code !== 'PUSHGATEWAY_INCONSISTENT') throw error
    return { families: [], timestamped: false, refusal: String(error.details['reason']) }
  }
}

/** Reads the body of a push by its content type, as the original chooses. */
import { ZstoneError } from '#lib/errors'
import { parseText } from '../text/text-parser.ts'
import { decodeFamilies } from './decode-families.ts'
import { parseMediaType } from './media-type.ts'
import { parseOpenMetrics } from './openmetrics.ts'
import type { ParsedPush } from './parsed-push.ts'

export interface PushFormats {
  readonly contentType: string
  /** Whether OpenMetrics is read as such; else it is taken for text, as the original does. */
  readonly openMetrics: boolean
  /** Whether text may have names in quotes, of any letters. Protobuf may have them anyway. */
  readonly utf8Names: boolean
}

/** Whatever is not known is taken for text, whatever it says it is. */
export function parsePush(body: Buffer, formats: PushFormats): ParsedPush {
  const { type, parameters } = parseMediaType(formats.contentType)
  if (formats.openMetrics && type === 'application/openmetrics-text')
    return parseOpenMetrics(body, formats)
  const isProtobuf =
    type === 'application/vnd.google.protobuf' &&
    parameters.get('encoding') === 'delimited' &&
    parameters.get('proto') === 'io.prometheus.client.MetricFamily'
  return isProtobuf ? judged(() => decodeFamilies(body)) : parseText(body, formats)
}

function judged(decode: () => ParsedPush): ParsedPush {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ZstoneError) || error.code !== 'PUSHGATEWAY_INCONSISTENT') throw error
    return { families: [], timestamped: false, refusal: String(error.details['reason']) }
  }
}

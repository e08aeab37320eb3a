/** `POST /api/v2/alerts`. */
import type { PostableAlert } from '#api/alert'
import type { Intake } from '../arrival/intake.ts'
import { isLabelName, type MatcherMode } from '../config/matchers.ts'
import { type Handler, plainRefusal, schemaRefusal } from './answer.ts'
import {
  isJson,
  kindOf,
  readJsonBody,
  required,
  textIn,
  textsIn,
  timeIn,
  unreadable,
} from './body.ts'
import type { NameLimit } from './name-limit.ts'

export interface PostingWorld {
  readonly intake: Pick<Intake, 'post'>
  readonly mode: MatcherMode
  readonly nameLimit: NameLimit
}

/** Good alerts of a batch are kept although others of it are refused. */
export const postAlerts =
  ({ intake, mode, nameLimit }: PostingWorld): Handler =>
  async (call) => {
    const body = (await readJsonBody(call, 'alerts')) ?? []
    if (!Array.isArray(body))
      throw unreadable('alerts', `cannot unmarshal ${kindOf(body)} into a list of alerts`)
    const alerts = body.map(postable)
    const named = alerts.map((alert) => misnamed(alert, mode))
    const good = nameLimit.admitted(alerts.filter((_, i) => named[i] === undefined))
    const refused = [...named.filter((reason) => reason !== undefined)]
    refused.push(...(await intake.post(good)))
    if (refused.length > 0) throw plainRefusal(400, refused.join('\n'))
    return undefined
  }

function misnamed(alert: PostableAlert, mode: MatcherMode): string | undefined {
  if (mode !== 'classic') return undefined
  const wrong = (names: object) => Object.keys(names).find((name) => !isLabelName(name, mode))
  const label = wrong(alert.labels)
  if (label !== undefined) return `invalid label set: invalid name ${JSON.stringify(label)}`
  const annotation = wrong(alert.annotations ?? {})
  return annotation === undefined
    ? undefined
    : `invalid annotations: invalid name ${JSON.stringify(annotation)}`
}

function postable(value: unknown, i: number): PostableAlert {
  if (!isJson(value)) throw unreadable('alerts', `cannot unmarshal ${kindOf(value)} into an alert`)
  const annotations = textsIn('alerts', value.annotations)
  const startsAt = timeIn('alerts', value.startsAt)
  const endsAt = timeIn('alerts', value.endsAt)
  const generatorURL = textIn('alerts', value.generatorURL)
  const labels = textsIn('alerts', value.labels)
  if (generatorURL && !isUri(generatorURL))
    throw schemaRefusal(
      422,
      601,
      `${i}.generatorURL in body must be of type uri: ${JSON.stringify(generatorURL)}`,
    )
  if (labels === undefined) throw required(`${i}.labels in body`)
  return {
    labels,
    ...(annotations !== undefined && { annotations }),
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    ...(generatorURL !== undefined && { generatorURL }),
  }
}

/** With a scheme or from the root; a bracket opens an IPv6 address, which has to end. */
const isUri = (text: string) =>
  /^([a-z][a-z0-9+.-]*:|\/)/i.test(text) && !/^[a-z][a-z0-9+.-]*:\/\/\[[^\]]*$/i.test(text)

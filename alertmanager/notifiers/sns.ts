/** Publishes to Amazon SNS: a topic, a phone, or an endpoint of an app. */
import { fields, type Place, refusal, textMap, truth } from '../config/reader.ts'
import { awsError } from './aws-answer.ts'
import { createAwsSession } from './aws-session.ts'
import { awsDomain, readSigV4 } from './aws-sigv4.ts'
import { patienceMs, withKey } from './exchange.ts'
import { attempt, mayPass, outcomeOf, readHttp } from './http-client.ts'
import type { Message, NotifierKind } from './notifier.ts'
import { publication } from './sns-publication.ts'
import { filled, readTemplates } from './template-options.ts'

const templates = {
  api_url: '',
  topic_arn: '',
  phone_number: '',
  target_arn: '',
  subject: '{{ template "sns.default.subject" .}}',
  message: '{{ template "sns.default.message" .}}',
}

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'sigv4',
    ...Object.keys(templates),
    'attributes',
    'use_aws_http_client',
  ],
}

export const sns: NotifierKind = {
  name: 'sns',
  key: 'sns_configs',
  sendsResolvedByDefault: true,
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    // There is no other client here than the one that `http_config` describes.
    own.optional('use_aws_http_client', truth)
    const sigV4 = readSigV4(own.optional('sigv4', (place) => place))
    const texts = readTemplates(own, templates)
    checkTarget(texts, at)
    const attributes = own.optional('attributes', textMap) ?? new Map<string, string>()
    return {
      sendResolved: own.optional('send_resolved', truth) ?? sns.sendsResolvedByDefault,
      secrets: [...sigV4.secrets, ...http.secrets],
      open(world) {
        const client = http.open(world)
        const session = createAwsSession(sigV4, { ...world, client })
        return {
          timeoutMs: patienceMs,
          send: (message, signal) =>
            attempt(async () => {
              const said = filled(texts, message.render.text)
              const arn = said.topic_arn || said.target_arn
              const region = await session.region(arn.split(':')[3])
              const url = said.api_url || addressOf(region)
              const form = publication(said, attributesOf(attributes, message), message)
              const signed = await session.signed({ url, form, service: 'sns', region }, signal)
              const answer = await client.send(withKey(signed.request, message), signal)
              const error = awsError(answer)
              return outcomeOf(answer, {
                secrets: signed.secrets,
                passing: (status) => mayPass(status) || error.isPassing,
                explain: () => error.text,
              })
            }),
        }
      },
    }
  },
}

function checkTarget(texts: Readonly<Record<keyof typeof templates, string>>, at: Place): void {
  const given = [texts.topic_arn, texts.phone_number, texts.target_arn].filter(Boolean)
  if (given.length !== 1)
    throw refusal(at, 'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config')
}

const addressOf = (region: string) => `https://sns.${region}.${awsDomain(region)}/`

const attributesOf = (attributes: ReadonlyMap<string, string>, { render }: Message) =>
  new Map([...attributes].map(([name, template]) => [name, render.text(template)]))

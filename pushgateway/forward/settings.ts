/** The settings of forwarding. Without a URL nothing is forwarded, and nothing is spent on it. */
import { duration, optionalText, texts, type Values, whole } from '#lib/config'

const urls = texts({
  name: 'remote-write-url',
  default: [],
  help: 'Receiver of remote_write 1.0 that gets every accepted sample; may be repeated.',
})

export const forwardSettings = {
  remoteWriteUrl: {
    ...urls,
    parse: (raw: unknown) => urls.parse(raw).map(checked),
  },
  timeoutMs: duration({
    name: 'timeout',
    default: '30s',
    help: 'How long one request to a receiver may take.',
  }),
  queueSamplesMax: whole({
    name: 'queue-samples-max',
    default: 500_000,
    least: 1,
    help: 'Samples that may wait for a receiver, at about 100 bytes each; the oldest are dropped.',
  }),
  header: {
    ...texts({
      name: 'header',
      default: [],
      help: 'Sent with every request, as "X-Scope-OrgID: tenant"; may be repeated.',
      secret: true,
    }),
    parse: parseHeaders,
  },
  basicAuthUsername: optionalText({
    name: 'basic-auth-username',
    help: 'User that the receivers ask for.',
  }),
  basicAuthPasswordFile: optionalText({
    name: 'basic-auth-password-file',
    help: 'File that holds the password of that user.',
  }),
  bearerTokenFile: optionalText({
    name: 'bearer-token-file',
    help: 'File that holds the token that the receivers ask for.',
  }),
}

export type ForwardSettings = Values<typeof forwardSettings>

function checked(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error(`expected an http or https URL, found "${text}"`)
  if (url.username !== '' || url.password !== '')
    throw new Error('expected a URL without user and password; give them by their own flags')
  return text
}

/** A value may hold commas, so headers are not split at them. */
function parseHeaders(raw: unknown): readonly string[] {
  const given = Array.isArray(raw) ? raw.map(String) : [String(raw)]
  for (const header of given)
    if (!/^[!#$%&'*+.^_`|~\w-]+:[ \t]*[\x20-\x7e]*$/.test(header))
      throw new Error(`expected "Name: value", found "${header.split(':')[0]}"`)
  return given
}

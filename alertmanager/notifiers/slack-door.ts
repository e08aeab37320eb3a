/** Where messages go into Slack: a webhook's address, or the API with an app's token. */
import { type Fields, refusal, text, webUrl } from '../config/reader.ts'
import { type Call, type Entry, inheritedUrl, type Page } from './chat.ts'
import { inheritedSecret } from './inherited-secret.ts'
import type { Secret } from './secret.ts'

const appUrlDefault = 'https://slack.com/api/chat.postMessage'

export interface Door {
  readonly secrets: Secret['places']
  /** Surely an incoming webhook, which cannot edit. */
  readonly isHook: boolean
  open(page: Page): Promise<Pick<Call, 'url' | 'headers'>>
}

export function doorOf(entry: Entry): Door {
  const { own, at, global } = entry
  const appUrl =
    own.optional('app_url', webUrl) ?? global.own.optional('slack_app_url', webUrl) ?? appUrlDefault
  const hasUrl = isGiven(own, 'api_url')
  const hasToken = isGiven(own, 'app_token')
  if (hasUrl && hasToken) throw refusal(at, oneOf('app_token', 'api_url'))
  if (hasToken || (!hasUrl && isGiven(global.own, 'slack_app_token'))) {
    const isApi = global.own.optional('slack_api_url', text) === appUrl
    if (!hasToken && !isApi && isGiven(global.own, 'slack_api_url'))
      throw refusal(at, oneOf('slack_app_token', 'slack_api_url'))
    const token = inheritedSecret(entry, {
      name: 'app_token',
      globalName: 'slack_app_token',
      missing,
    })
    return {
      secrets: token.places,
      isHook: false,
      open: async (page) => ({
        url: appUrl,
        headers: { Authorization: `Bearer ${await page.read(token)}` },
      }),
    }
  }
  const url = inheritedUrl(entry, { name: 'api_url', globalName: 'slack_api_url', missing })
  const known = hasUrl
    ? own.optional('api_url', webUrl)
    : global.own.optional('slack_api_url', webUrl)
  return {
    secrets: url.places,
    isHook: known !== undefined && updateUrlOf(known) === undefined,
    open: async (page) => ({ url: await page.read(url) }),
  }
}

const missing = 'no Slack API URL nor App token set either inline or in a file'

const oneOf = (a: string, b: string) =>
  `at most one of ${a}/${a}_file & ${b}/${b}_file must be configured`

const isGiven = (own: Fields, name: string) =>
  [name, `${name}_file`].some((key) => (own.optional(key, text) ?? '') !== '')

/** Undefined where the address, known only now, is no app's. */
export function updateUrlOf(url: string): string | undefined {
  const end = /\/chat\.postMessage(?=$|\?)/
  return end.test(url) ? url.replace(end, '/chat.update') : undefined
}

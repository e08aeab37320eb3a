/**
 * Runbooks as they came with this ZStone, at `/runbooks/DiskFailing`: they can be read where no way
 * leads to the project's home, and they are of this version.
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sendText } from '#lib/http/message'
import type { Handler } from './serve.ts'

const folder = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url))
const names = new Set(readdirSync(folder).map((file) => file.replace(/\.md$/, '')))

/** As text; the index where none is named. */
export const runbooks: Handler = (request, response) => {
  const [, named] = /^\/runbooks(?:\/([^/?]*))?(?:\?.*)?$/.exec(request.url ?? '') ?? []
  const isAsked = request.url?.startsWith('/runbooks') === true && request.method === 'GET'
  const name = (named ?? '').replace(/\.md$/, '') || 'README'
  if (!isAsked || !names.has(name)) return false
  readFile(`${folder}${name}.md`, 'utf8').then(
    (text) => sendText(response, 200, text),
    () => sendText(response, 500, `Cannot read the runbook ${name}\n`),
  )
  return true
}

/** Ours at hand, those of other rules where they say. */
export function runbookOf({
  alertname = '',
  runbookUrl = '',
}: {
  readonly alertname?: string | undefined
  readonly runbookUrl?: string | undefined
}): string | undefined {
  if (runbookUrl.endsWith(`/docs/runbooks/${alertname}.md`) && names.has(alertname))
    return `/runbooks/${alertname}`
  return webUrl(runbookUrl)
}

/** Whoever posts an alert writes its links: nothing but a page is linked to. */
export const webUrl = (url = '') => (/^https?:\/\//.test(url) ? url : undefined)

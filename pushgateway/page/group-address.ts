/** How a page names a group in an address or a form: its labels as JSON. */
import { refused } from '../query-fault.ts'
import { byName, type LabelPair } from '../text/family.ts'

export function writeLabels(labels: readonly LabelPair[]): string {
  return JSON.stringify(Object.fromEntries(labels))
}

export function readLabels(text: string | null): readonly LabelPair[] {
  const given = parsed(text ?? '')
  const pairs = Object.entries(given ?? {})
  if (pairs.length === 0 || !pairs.every(isPair)) throw refused('labels is not {"job":"…",…}')
  return pairs.sort(byName)
}

const isPair = (pair: [string, unknown]): pair is [string, string] => typeof pair[1] === 'string'

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** `page` is `group` or `delete`. */
export function groupLink(page: string, labels: readonly LabelPair[], more?: string): string {
  return `${page}?labels=${encodeURIComponent(writeLabels(labels))}${more ?? ''}`
}

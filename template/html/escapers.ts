/** The escapers by name, and which of them a context asks for. */
import { printed } from '../print/print.ts'
import { escapeHtml, escapeQuery } from '../run/escape-text.ts'
import type { SafeKind, Value } from '../value/value.ts'
import { Ambiguous } from './ambiguous.ts'
import { type Context, isComment } from './context.ts'
import { escapeCssText, filterCssValue } from './css.ts'
import { escapeJsRegexp, escapeJsText, escapeJsValue } from './js.ts'
import { escapeMarkup, escapeUnquoted, filterName, normalizeMarkup, withoutTags } from './markup.ts'
import { escapeUrl, filterSrcset, filterUrl, normalizeUrl } from './url.ts'

export type Escaper = keyof typeof escapers

/** What `html` and `urlquery` at the end of a pipe stand in for. */
export const sameAs: Readonly<Record<string, readonly Escaper[]>> = {
  html: ['attribute', 'markup', 'rcdata'],
  urlquery: ['url', 'url normalized'],
}

export function escapersFor(c: Context, action: string): readonly Escaper[] {
  const inner = innermost(c, action)
  if (c.delimiter === '') return inner
  return [...inner, c.delimiter === 'space' ? 'unquoted' : 'attribute']
}

const simple: Partial<Record<Context['state'], readonly Escaper[]>> = {
  text: ['markup'],
  rcdata: ['rcdata'],
  attribute: [],
  'attribute name': ['name'],
  srcset: ['srcset'],
  js: ['js value'],
  'js "': ['js text'],
  "js '": ['js text'],
  'js regexp': ['js regexp'],
  css: ['css value'],
}

function innermost(c: Context, action: string): readonly Escaper[] {
  if (isComment(c) || c.state === 'dead') return ['nothing']
  if (c.state === 'js `') throw new Ambiguous(`${action} appears in a JS template literal`)
  const found = simple[c.state]
  if (found !== undefined) return found
  const inText = c.state === 'css "' || c.state === "css '"
  switch (c.urlPart) {
    case '':
      return ['url filter', inText ? 'css text' : 'url normalized']
    case 'before query':
      return [inText ? 'css text' : 'url normalized']
    case 'query':
      return ['url']
    default:
      throw new Ambiguous(`${action} appears in an ambiguous context within a URL`)
  }
}

export function escaped(value: Value, names: readonly string[]): string {
  let result: Value = value
  for (const name of names) result = escapers[name as Escaper](result) // Named by the lists above.
  return typeof result === 'string' ? result : textOf(result)
}

/** Nothing is shown of nil. */
function textOf(value: Value): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  return typeof value === 'object' && value.kind === 'safe' ? value.text : printed([value])
}

const isSafe = (value: Value, kind: SafeKind) =>
  typeof value === 'object' && value?.kind === 'safe' && value.safe === kind

const onText =
  (run: (text: string) => string, trusted?: SafeKind) =>
  (value: Value): Value =>
    trusted !== undefined && isSafe(value, trusted) ? textOf(value) : run(textOf(value))

const escapers = {
  nothing: () => '',
  markup: onText(escapeMarkup, 'HTML'),
  rcdata: (value: Value) =>
    isSafe(value, 'HTML') ? normalizeMarkup(textOf(value)) : escapeMarkup(textOf(value)),
  attribute: (value: Value) =>
    isSafe(value, 'HTML')
      ? normalizeMarkup(withoutTags(textOf(value)))
      : escapeMarkup(textOf(value)),
  unquoted: (value: Value) => {
    const trusted = isSafe(value, 'HTML')
    return escapeUnquoted(trusted ? withoutTags(textOf(value)) : textOf(value), { trusted })
  },
  name: onText(filterName, 'HTMLAttr'),
  'url filter': (value: Value) => (isSafe(value, 'URL') ? value : filterUrl(textOf(value))),
  'url normalized': (value: Value) => normalizeUrl(textOf(value)),
  url: (value: Value) =>
    isSafe(value, 'URL') ? normalizeUrl(textOf(value)) : escapeUrl(textOf(value)),
  srcset: (value: Value) =>
    isSafe(value, 'URL')
      ? normalizeUrl(textOf(value)).replaceAll(',', '%2c')
      : isSafe(value, 'Srcset')
        ? textOf(value)
        : filterSrcset(textOf(value)),
  'css value': onText(filterCssValue, 'CSS'),
  'css text': onText(escapeCssText),
  'js value': (value: Value) => escapeJsValue(value),
  'js text': (value: Value) => escapeJsText(textOf(value), { trusted: isSafe(value, 'JSStr') }),
  'js regexp': onText(escapeJsRegexp),
  html: onText(escapeHtml),
  urlquery: onText(escapeQuery),
}

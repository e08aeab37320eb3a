/** How text that the template's author wrote moves from one context to the next. */

import { Ambiguous } from './ambiguous.ts'
import { contentOf } from './attribute.ts'
import { type Context, inValue, start } from './context.ts'
import { unescapeHtml } from './entities.ts'
import { afterUrl, indexOf, notSpace, type Step, step } from './step.ts'
import { afterCode } from './transition-code.ts'

const ends = { '"': /"/g, "'": /'/g, space: /[ \t\n\f\r>]/g } as const

/** Reads the beginning of `text` in the context `c`. */
export function afterText(c: Context, text: string): Step {
  if (c.delimiter === '') {
    const end = endOfElement(c, text)
    if (end === 0) return step(start, 0)
    return afterPlain(c, text.slice(0, end))
  }
  const end = indexOf(ends[c.delimiter], text)
  if (c.delimiter === 'space') refuseUnquoted(text.slice(0, end))
  if (end === text.length) return step(afterValue(c, unescapeHtml(text)), text.length)
  const isOther = c.attribute === 'script type' && c.element === 'script'
  const element = isOther && !isScript(text.slice(0, end)) ? '' : c.element
  return step({ ...start, state: 'tag', element }, c.delimiter === 'space' ? end : end + 1)
}

/** The value goes on behind the text: it is read as what the browser makes of it. */
function afterValue(c: Context, value: string): Context {
  let context = c
  for (let rest = value; rest !== ''; ) {
    const next = afterPlain(context, rest)
    context = next.context
    rest = rest.slice(next.read)
  }
  return context
}

function refuseUnquoted(value: string): void {
  const wrong = /["'<=`]/.exec(value)?.[0]
  if (wrong !== undefined)
    throw new Ambiguous(`${JSON.stringify(wrong)} in unquoted attr: ${JSON.stringify(value)}`)
}

/** Where the special element that this stands in ends; the whole text where it does not. */
function endOfElement({ element, state }: Context, text: string): number {
  if (element === '' || isInTag(state)) return text.length
  return indexOf(new RegExp(`</${element}(?=[> \\t\\n\\f/])`, 'gi'), text)
}

export const isInTag = (state: Context['state']) =>
  ['tag', 'attribute name', 'after name', 'before value', 'attribute'].includes(state)

export function afterPlain(c: Context, text: string): Step {
  switch (c.state) {
    case 'text':
      return afterMarkup(c, text)
    case 'tag':
      return afterTag(c, text)
    case 'attribute name': {
      const end = endOfName(text, 0)
      return step(end === text.length ? c : { ...c, state: 'after name' }, end)
    }
    case 'after name':
      return afterName(c, text)
    case 'before value':
      return beforeValue(c, text)
    case 'html comment': {
      const end = text.indexOf('-->')
      return end < 0 ? step(c, text.length) : step(start, end + 3)
    }
    case 'url':
      return step(afterUrl(c, text), text.length)
    case 'rcdata':
    case 'attribute':
    case 'srcset':
    case 'dead':
      return step(c, text.length)
    default:
      return afterCode(c, text)
  }
}

/** `<` that begins no tag is text. */
function afterMarkup(c: Context, text: string): Step {
  for (const { 0: found, 1: close, 2: name = '', index } of text.matchAll(tagStart)) {
    if (found === '<!--') return step({ ...start, state: 'html comment' }, index + 4)
    const element = close === undefined ? (special.get(name.toLowerCase()) ?? '') : ''
    return step({ ...start, state: 'tag', element }, index + found.length)
  }
  return step(c, text.length)
}

const tagStart = /<!--|<(\/)?([a-zA-Z](?:[a-zA-Z0-9]|[:-](?=[a-zA-Z0-9]))*)/g

const special = new Map<string, Context['element']>([
  ['script', 'script'],
  ['style', 'style'],
  ['textarea', 'textarea'],
  ['title', 'title'],
])

const contents = {
  '': 'text',
  script: 'js',
  style: 'css',
  textarea: 'rcdata',
  title: 'rcdata',
} as const

function afterTag(c: Context, text: string): Step {
  const at = indexOf(notSpace, text)
  if (at === text.length) return step(c, at)
  if (text[at] === '>')
    return step({ ...start, state: contents[c.element], element: c.element }, at + 1)
  const end = endOfName(text, at)
  if (end === at) {
    const found = JSON.stringify(text.slice(at))
    throw new Ambiguous(`expected space, attr name, or end of tag, but got ${found}`)
  }
  const attribute = attributeOf(c, text.slice(at, end).toLowerCase())
  const state = end === text.length ? 'attribute name' : 'after name'
  return step({ ...c, state, attribute }, end)
}

function attributeOf({ element }: Context, name: string): Context['attribute'] {
  if (element === 'script' && name === 'type') return 'script type'
  switch (contentOf(name)) {
    case 'url':
      return 'url'
    case 'css':
      return 'style'
    case 'js':
      return 'script'
    case 'srcset':
      return 'srcset'
    default:
      return ''
  }
}

function endOfName(text: string, from: number): number {
  const end = indexOf(/[ \t\n\f\r=>'"<]/g, text, from)
  const letter = text[end] ?? ' '
  if (`'"<`.includes(letter))
    throw new Ambiguous(
      `${JSON.stringify(letter)} in attribute name: ${JSON.stringify(text.slice(0, 32))}`,
    )
  return end
}

function afterName(c: Context, text: string): Step {
  const at = indexOf(notSpace, text)
  if (at === text.length) return step(c, at)
  return text[at] === '='
    ? step({ ...c, state: 'before value' }, at + 1)
    : step({ ...c, state: 'tag' }, at)
}

function beforeValue(c: Context, text: string): Step {
  const at = indexOf(notSpace, text)
  if (at === text.length) return step(c, at)
  const quote = text[at]
  const isQuoted = quote === '"' || quote === "'"
  return isQuoted ? step(inValue(c, quote), at + 1) : step(inValue(c, 'space'), at)
}

const scriptTypes = new Set([
  ...'ecmascript javascript json ld+json x-ecmascript x-javascript'.split(' ').map(application),
  ...'ecmascript javascript jscript livescript x-ecmascript x-javascript'.split(' ').map(textual),
  ...[0, 1, 2, 3, 4, 5].map((minor) => textual(`javascript1.${minor}`)),
  'module',
])

function application(name: string): string {
  return `application/${name}`
}

function textual(name: string): string {
  return `text/${name}`
}

/** Whether a `<script type="…">` holds what is escaped as JavaScript. */
function isScript(type: string): boolean {
  return scriptTypes.has((type.split(';')[0] ?? '').trim().toLowerCase())
}

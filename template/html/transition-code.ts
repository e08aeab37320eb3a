/** The same for what stands in scripts and style sheets. */
import { Ambiguous } from './ambiguous.ts'
import type { Context } from './context.ts'
import { decodeCss } from './css.ts'
import { afterUrl, indexOf, type Step, step } from './step.ts'

export function afterCode(c: Context, text: string): Step {
  switch (c.state) {
    case 'js':
      return afterScript(c, text)
    case 'js "':
    case "js '":
    case 'js `':
    case 'js regexp':
      return afterScriptText(c, text)
    case 'css':
      return afterStyle(c, text)
    case 'js block comment':
    case 'css block comment': {
      const end = text.indexOf('*/')
      return end < 0 ? step(c, text.length) : step(uncommented(c), end + 2)
    }
    case 'js line comment':
    case 'css line comment': {
      const newline = c.state.startsWith('js') ? /[\n\r\u2028\u2029]/g : /[\n\f\r]/g
      const end = indexOf(newline, text)
      return step(end === text.length ? c : uncommented(c), end)
    }
    default:
      return afterStyleText(c, text)
  }
}

const uncommented = (c: Context): Context => ({
  ...c,
  state: c.state.startsWith('js') ? 'js' : 'css',
})

function afterScript(c: Context, text: string): Step {
  const at = indexOf(/["'`/]/g, text)
  const slash = slashAfter(text.slice(0, at), c.slash)
  if (at === text.length) return step({ ...c, slash }, at)
  const found = text[at]
  if (found === '"' || found === "'" || found === '`')
    return step({ ...c, state: `js ${found}`, slash: 'regexp' }, at + 1)
  if (text[at + 1] === '/') return step({ ...c, state: 'js line comment', slash }, at + 2)
  if (text[at + 1] === '*') return step({ ...c, state: 'js block comment', slash }, at + 2)
  if (slash === 'regexp') return step({ ...c, state: 'js regexp', slash }, at + 1)
  if (slash === 'division') return step({ ...c, slash: 'regexp' }, at + 1)
  const shown = JSON.stringify(text.slice(at, at + 32))
  throw new Ambiguous(`'/' could start a division or regexp: ${shown}`)
}

const scriptEnds = {
  'js "': /[\\"]/g,
  "js '": /[\\']/g,
  'js `': /[\\`]/g,
  'js regexp': /[\\/[\]]/g,
} as const

function afterScriptText(c: Context, text: string): Step {
  const pattern = scriptEnds[c.state as keyof typeof scriptEnds] // The caller has seen to it.
  let inSet = false
  for (let at = indexOf(pattern, text); at < text.length; at = indexOf(pattern, text, at + 1)) {
    const letter = text[at]
    if (letter === '\\') {
      at++
      if (at === text.length)
        throw new Ambiguous(`unfinished escape sequence in JS string: ${JSON.stringify(text)}`)
    } else if (letter === '[') inSet = true
    else if (letter === ']') inSet = false
    else if (!inSet) return step({ ...c, state: 'js', slash: 'division' }, at + 1)
  }
  if (inSet) throw new Ambiguous(`unfinished JS regexp charset: ${JSON.stringify(text)}`)
  return step(c, text.length)
}

const keywords = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(
    ' ',
  ),
)

/** What a slash would begin behind this piece of a script. */
function slashAfter(code: string, before: Context['slash']): Context['slash'] {
  const text = code.replace(/[\t\n\f\r \u2028\u2029]+$/, '')
  const last = text.at(-1)
  if (last === undefined) return before
  if (last === '+' || last === '-') {
    const run = /(\++|-+)$/.exec(text)?.[0] ?? ''
    return run.length % 2 === 1 ? 'regexp' : 'division'
  }
  if (last === '.') return /\d\.$/.test(text) ? 'division' : 'regexp'
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'regexp'
  const word = /[\w$]+$/.exec(text)?.[0] ?? ''
  return keywords.has(word) ? 'regexp' : 'division'
}

function afterStyle(c: Context, text: string): Step {
  const pattern = /[("'/]/g
  for (let at = indexOf(pattern, text); at < text.length; at = indexOf(pattern, text, at + 1)) {
    const letter = text[at]
    if (letter === '"' || letter === "'") return step({ ...c, state: `css ${letter}` }, at + 1)
    if (letter === '(') {
      const found = afterOpening(c, text, at)
      if (found !== undefined) return found
    } else if (text[at + 1] === '/') return step({ ...c, state: 'css line comment' }, at + 2)
    else if (text[at + 1] === '*') return step({ ...c, state: 'css block comment' }, at + 2)
  }
  return step(c, text.length)
}

/** `url(`, perhaps with a quote. */
function afterOpening(c: Context, text: string, at: number): Step | undefined {
  if (!/(?:^|[^\w-])url[\t\n\f\r ]*$/i.test(text.slice(0, at))) return undefined
  const inner = indexOf(/[^\t\n\f\r ]/g, text, at + 1)
  const quote = text[inner]
  if (quote === '"' || quote === "'") return step({ ...c, state: `css url ${quote}` }, inner + 1)
  return step({ ...c, state: 'css url' }, inner)
}

function afterStyleText(c: Context, text: string): Step {
  const pattern =
    c.state === 'css url' ? /[\\\t\n\f\r )]/g : c.state.endsWith('"') ? /[\\"]/g : /[\\']/g
  let context = c
  let from = 0
  for (let at = indexOf(pattern, text); at < text.length; at = indexOf(pattern, text, from)) {
    if (text[at] !== '\\') return step({ ...context, state: 'css' }, at + 1)
    if (at + 1 === text.length)
      throw new Ambiguous(`unfinished escape sequence in CSS string: ${JSON.stringify(text)}`)
    context = afterUrl(context, decodeCss(text.slice(0, at + 2)))
    from = at + 2
  }
  return step(afterUrl(context, decodeCss(text.slice(from))), text.length)
}

/**
 * Texts of labels and annotations: the part of Go's templates that such texts use. What is known is
 * rendered exactly as Prometheus renders it; everything else is refused when the rule is loaded.
 */
import { messageOf } from '#lib/errors'
import { formatValue } from './go-format.ts'
import { type Expression, parseAction, type TemplateScope } from './template-action.ts'

export interface Template {
  readonly source: string
  /** Never throws: what cannot be rendered says so in its place. */
  render(scope: TemplateScope): string
}

/** Throws an error whose message says what is wrong and what would be right. */
export function parseTemplate(source: string): Template {
  const parts = partsOf(source)
  return {
    source,
    render(scope) {
      try {
        return parts
          .map((part) => (typeof part === 'string' ? part : formatValue(part.run(scope))))
          .join('')
      } catch (error) {
        return `<error expanding template: ${messageOf(error)}>`
      }
    },
  }
}

function partsOf(source: string): readonly (string | Expression)[] {
  const parts: (string | Expression)[] = []
  let rest = source
  while (rest !== '') {
    const open = rest.indexOf('{{')
    if (open < 0) {
      parts.push(rest)
      break
    }
    const { body, after, trimsBefore, trimsAfter } = actionAt(rest, open)
    const before = rest.slice(0, open)
    parts.push(trimsBefore ? before.replace(/[ \t\r\n]+$/, '') : before)
    if (!isComment(body)) parts.push(parseAction(body))
    rest = trimsAfter ? after.replace(/^[ \t\r\n]+/, '') : after
  }
  return parts
}

const isComment = (body: string) => body.startsWith('/*') && body.endsWith('*/')

/** Finds the end of the action that begins at `open`; braces inside quotes do not end it. */
function actionAt(text: string, open: number) {
  const inner =
    /^\{\{(-\s)?((?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|(?!\}\})[^"`])*)\}\}/.exec(
      text.slice(open),
    )
  if (inner === null)
    throw new Error(`"${text.slice(open, open + 20)}" is not closed; end it with }}`)
  const body = inner[2] ?? ''
  const trimsAfter = /\s-$/.test(body)
  return {
    body: (trimsAfter ? body.slice(0, -1) : body).trim(),
    after: text.slice(open + inner[0].length),
    trimsBefore: inner[1] !== undefined,
    trimsAfter,
  }
}

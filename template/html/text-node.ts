/** Text of the author's: comments are left out, and a `<` that begins nothing is shown as one. */
import { type Context, isComment } from './context.ts'
import { afterText } from './transition.ts'

export function escapeText(start: Context, text: string): { context: Context; text: string } {
  let context = start
  let out = ''
  let at = 0
  while (at < text.length) {
    const { context: next, read } = afterText(context, text.slice(at))
    const piece = text.slice(at, at + read)
    out += shownPiece(piece, context, next)
    context = next
    at += read
  }
  return { context, text: out }
}

function shownPiece(piece: string, from: Context, to: Context): string {
  if (isComment(from) && from.delimiter === '') return gapOf(piece, from)
  const begins = isComment(to) && to.delimiter === '' && to.state !== from.state
  const mark = to.state === 'html comment' ? 4 : 2
  const kept = begins ? piece.slice(0, -mark) : piece
  if (from.state !== 'text' && from.state !== 'rcdata') return kept
  const tag = from.state === to.state || begins ? kept.length : kept.lastIndexOf('<')
  const end = tag < 0 ? kept.length : tag
  return kept.slice(0, end).replace(/<(?!!doctype)/gi, '&lt;') + kept.slice(end)
}

/** A comment parts what stands beside it, and a newline in it may end a statement. */
function gapOf(comment: string, { state }: Context): string {
  if (state === 'css block comment') return ' '
  if (state !== 'js block comment') return ''
  return /[\n\r\u2028\u2029]/.test(comment) ? '\n' : ' '
}

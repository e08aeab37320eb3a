/** HTML by template: what is put in is escaped, unless it is HTML that was made the same way. */

export interface Html {
  readonly text: string
}

type Part = Html | string | number | readonly Html[]

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = texts.map((piece, i) => piece + (i < parts.length ? written(parts[i] ?? '') : ''))
  return { text: text.join('') }
}

/**
 * Text of our own that must stand as it is: a style sheet, a script. Never what came from outside.
 */
html.trusted = (text: string): Html => ({ text })

function written(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'text' in part ? part.text : part.map(({ text }) => text).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}

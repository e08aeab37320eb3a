/** Atlassian Document Format, which version 3 of Jira's API takes for texts. */
import { recordOf } from './json-exchange.ts'

type Node = Readonly<Record<string, unknown>>

/** A text that is such a document already is taken as it is; any other becomes paragraphs. */
export function adfOf(text: string): Node {
  const own = documentIn(text)
  if (own !== undefined) return own
  const paragraphs = text.split(/\n{2,}/).flatMap((block) => {
    const content = linesOf(block)
    return content.length === 0 ? [] : [{ type: 'paragraph', content }]
  })
  return { type: 'doc', version: 1, content: paragraphs }
}

function documentIn(text: string): Node | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const value = recordOf(JSON.parse(text))
    const isDocument = value?.type === 'doc' && value.version === 1 && Array.isArray(value.content)
    return isDocument ? value : undefined
  } catch {
    return undefined
  }
}

/** A text node that is empty is refused. */
function linesOf(block: string): readonly Node[] {
  const lines = block.split('\n').filter((line) => line.trim() !== '')
  return lines.flatMap((line, i) => [
    ...(i === 0 ? [] : [{ type: 'hardBreak' }]),
    { type: 'text', text: line },
  ])
}

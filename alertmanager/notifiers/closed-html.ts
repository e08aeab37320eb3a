/** Mends HTML that was cut anywhere: no half tag, no half entity, and what is open is closed. */

const tag = /<(\/?)([a-zA-Z][\w-]*)[^>]*>/g

export function closedHtml(cut: string): string {
  const text = cut.replace(/(<[^>…]*|&[#\w]*)(…?)$/, '$2')
  const open: string[] = []
  for (const [, slash, name = ''] of text.matchAll(tag)) {
    if (slash === '') open.push(name)
    else if (open.at(-1) === name) open.pop()
  }
  return (
    text +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join('')
  )
}

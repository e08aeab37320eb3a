/** Entities that people write in attribute values. Others stay as they are: the safe reading. */

const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  colon: ':',
  gt: '>',
  lpar: '(',
  lt: '<',
  nbsp: '\u00a0',
  num: '#',
  quest: '?',
  quot: '"',
  rpar: ')',
  sol: '/',
}

export function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7});?|#[xX]([\da-fA-F]{1,6});?|([a-z]+);)/g,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named[name] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0x10ffff || code === 0 ? '\ufffd' : String.fromCodePoint(code)
    },
  )
}

/** Outputs as their tools printed them, out of mails, pages and terminals that added to them. */

/** What an output begins with; what stands before it on its line stands before the others too. */
const beginning =
  /^([ >|]+)(?=smartctl(?:\.exe)? |=== START OF|ID# ATTRIBUTE|NIC statistics:|Smart Log for NVME)/im
const colours = /(?!\s)\p{Cc}\[[\d;]*m/gu

export function asPrinted(text: string): string {
  const even = text
    .replace(/\r\n?/g, '\n')
    .replace(colours, '')
    .replace(/[\t\u00a0]/g, ' ')
  const margin = beginning.exec(even)?.[1]
  if (margin === undefined) return even
  return even
    .split('\n')
    .map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line))
    .join('\n')
}

/** Whether it holds the answers of more than one device. */
export function isOfSeveral(text: string): boolean {
  const different = (pattern: RegExp) =>
    new Set([...text.matchAll(pattern)].map(([, value]) => value)).size
  const isOften = (pattern: RegExp) => [...text.matchAll(pattern)].length > 1
  const serials = different(/^serial number: *(?![-.*@<[]+)(\S+)/gim)
  return (
    serials > 1 ||
    different(/^(?:device model|model number|product): *(\S.*?) *$/gim) > 1 ||
    (serials === 0 && isOften(/^=== START OF INFORMATION/gm)) ||
    isOften(/^ *(NIC statistics|Standard stats for \S+):/gm) ||
    isOften(/^Smart Log for NVME/gim)
  )
}

/**
 * The JSON objects in a text, each as text; what is around them is left out. None where what is
 * around them was JSON too: then it is damaged.
 */
export function objectsIn(text: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '{' && depth++ === 0) start = index
    if (token === '}' && --depth === 0) found.push(text.slice(start, index + 1))
    if (depth < 0) return []
  }
  const around = found.reduce((left, one) => left.replace(one, ''), text)
  return /^ *"[^"\n]*" *:|[{}]/m.test(around) ? [] : found
}

/** A string of JSON, which no line end interrupts, or a brace outside of one. */
const tokens = /"(?:[^"\\\n]|\\.)*"|[{}]/g

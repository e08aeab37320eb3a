/** Tables of `a | b | c`, as IPMI tools print them, or the same with commas. */

/** Rows of trimmed cells; lines of fewer cells than asked for are left out. */
export function rowsOf(text: string, cellsMin: number): readonly (readonly string[])[] {
  return text
    .split('\n')
    .slice(0, rowsMax)
    .map((line) => line.split(line.includes('|') ? '|' : ',').map((cell) => cell.trim()))
    .filter((cells) => cells.length >= cellsMin)
}

/** More than any controller has sensors or events. */
const rowsMax = 10_000

/** A plain number; anything else (`na`, `N/A`, `0x01`) is none. */
export function numberIn(cell: string | undefined): number | undefined {
  return /^-?\d{1,12}(\.\d{1,9})?$/.test(cell ?? '') ? Number(cell) : undefined
}

/** `Fans : 4` */
export function fieldIn(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*:\\s*(.*?)\\s*$`, 'im').exec(text)?.[1]
}

/** `220 Watts`, `37%` */
export function leadingNumber(text: string | undefined): number | undefined {
  return numberIn(/^-?\d{1,12}(\.\d{1,9})?/.exec(text ?? '')?.[0])
}

/** A count as people see it: digits with whatever a locale puts between thousands. */

/** U+FFFD or a question mark stands for a separator that one encoding has and another has not. */
const grouped =
  /^(?:\d{1,3}(?:[,.'’\u00a0\u202f\ufffd? ]\d{3})+|\d+)(?![\d.,'’\u00a0\u202f\ufffd?])/

/** The digits alone; undefined where it does not begin with a whole count. */
export function groupedCount(text: string): string | undefined {
  return grouped.exec(text)?.[0].replace(/\D/g, '')
}

/** Words that name alerts: `DiskFull node=n1` is `alertname="DiskFull"` and `node=n1`. */
export function filtersOf(words: readonly string[]): readonly string[] {
  return words.map((word, i) => (i === 0 && !word.includes('=') ? alertname(word) : word))
}

const alertname = (name: string) => `alertname="${name.replace(/[\\"]/g, '\\$&')}"`

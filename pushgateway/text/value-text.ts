/** Values as the text format shows them: `le` and `quantile` are part of a series' identity. */
import { formatShortest } from '#lib/go-number'

/** As Go writes them, but zero always `0`. */
export const formatValue = (value: number) => (value === 0 ? '0' : formatShortest(value))

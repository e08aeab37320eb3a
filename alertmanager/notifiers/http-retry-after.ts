/** Reads the header `Retry-After`. */

/** Whole seconds, or a date, which is measured by the far side's own clock. */
export function retryAfterMsOf(headers: Headers): number | undefined {
  const given = headers.get('Retry-After')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1000
  const pauseMs = Date.parse(given) - Date.parse(headers.get('Date') ?? '')
  return Number.isNaN(pauseMs) ? undefined : Math.max(0, pauseMs)
}

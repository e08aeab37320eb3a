/**
 * The largest or smallest of a time range, the same at each of its moments. (`topk` alone chooses
 * anew at every step: a graph of ten then has forty lines, with gaps.)
 */
export const top = (expr: string) => chosen(expr, 'topk', 'max_over_time')
export const bottom = (expr: string) => chosen(expr, 'bottomk', 'min_over_time')

function chosen(expr: string, choose: string, extreme: string): string {
  const overall = `${extreme}((${expr})[$__range:$__rate_interval] @ end())`
  return `(${expr}) and ${choose}($topk, ${overall})`
}

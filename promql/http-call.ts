/** One call of the HTTP API: what it gives becomes `data`, unless it has remarks to make. */
export type ApiCall = (parameters: URLSearchParams) => unknown

/** What stands beside the data of an answer, each in its list. */
export interface Remarks {
  readonly warnings?: readonly string[]
  readonly infos?: readonly string[]
}

export class Remarked {
  readonly data: unknown
  readonly remarks: Remarks

  constructor(data: unknown, remarks: Remarks) {
    this.data = data
    this.remarks = remarks
  }
}

const truncated: Remarks = { warnings: ['results truncated due to limit'] }

/** The first so many; 0: all. What is left out is told. */
export function limited<T>(
  all: readonly T[],
  limit: number,
): { readonly shown: readonly T[]; readonly remarks: Remarks } {
  if (limit === 0 || all.length <= limit) return { shown: all, remarks: {} }
  return { shown: all.slice(0, limit), remarks: truncated }
}

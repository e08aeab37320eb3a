/** One call of the HTTP API: what it gives becomes `data`. */
export type ApiCall = (parameters: URLSearchParams) => unknown

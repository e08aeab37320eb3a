/** Looks into JSON that nobody promised us: what is absent or of another kind is undefined. */

export type Json = Readonly<Record<string, unknown>>

/**
 * The object in a text; old smartctl prints stray lines before it, and what a drive says of itself
 * may hold control characters. Whole numbers beyond 2^53 stay text, to the last digit.
 */
export function parseJson(text: string): Json | undefined {
  const start = text.indexOf('{')
  if (start < 0) return undefined
  const body = text.slice(start)
  const value = parsed(body) ?? parsed(body.replace(/\p{Cc}/gu, ' '))
  return isObject(value) ? value : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, /\d{16}/.test(text) ? keepExact : undefined)
  } catch {
    return undefined
  }
}

function keepExact(this: unknown, _: string, value: unknown, context?: { source?: string }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d+$/.test(source) ? source : value
}

/**
 * A finite number, or one written as text: `"386.568"`, in some locales `"386,568"`. What does not
 * fit into 64 bits stands only under the sibling key that ends in `_s` or `_n`.
 */
export function numberAt(json: Json, path: string): number | undefined {
  for (const key of [path, `${path}_s`, `${path}_n`]) {
    const value = valueAt(json, key)
    if (typeof value === 'number') return believable(value)
    if (typeof value === 'string' && /^-?\d+([.,]\d+)?$/.test(value))
      return believable(Number(value.replace(',', '.')))
    if (value !== undefined) return undefined
  }
  return undefined
}

/** A whole number to the last digit: its `_s` sibling says what the number itself rounds. */
export function wholeAt(json: Json, path: string): bigint | undefined {
  for (const key of [`${path}_s`, `${path}_n`, path]) {
    const text = valueAt(json, key)
    if (typeof text === 'number' && Number.isInteger(text) && believable(text) !== undefined)
      return BigInt(text)
    if (typeof text === 'string' && /^\d{1,39}$/.test(text)) return BigInt(text)
  }
  return undefined
}

/** The widest counter of any device has 128 bits; what is larger was never counted. */
function believable(value: number): number | undefined {
  return Math.abs(value) <= 2 ** 128 ? value : undefined
}

/** Trimmed text; numbers count as text. */
export function textAt(json: Json, path: string): string | undefined {
  const value = valueAt(json, path)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value.trim() : undefined
}

export function flagAt(json: Json, path: string): boolean | undefined {
  const value = valueAt(json, path)
  return typeof value === 'boolean' ? value : undefined
}

/** The objects of a list. */
export function listAt(json: Json, path: string): readonly Json[] {
  const value = valueAt(json, path)
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function objectAt(json: Json, path: string): Json | undefined {
  const value = valueAt(json, path)
  return isObject(value) ? value : undefined
}

export function valueAt(json: Json, path: string): unknown {
  let value: unknown = json
  for (const name of path.split('.')) {
    if (Array.isArray(value) && /^\d+$/.test(name)) value = value[Number(name)]
    else if (isObject(value) && Object.hasOwn(value, name)) value = value[name]
    else return undefined
  }
  return value
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Looks into JSON that nobody promised us: what is absent or of another kind is undefined. */

export type Json = Readonly<Record<string, unknown>>

/** The object in a text; old smartctl prints stray lines before it. */
export function parseJson(text: string): Json | undefined {
  const start = text.indexOf('{')
  if (start < 0) return undefined
  try {
    const value: unknown = JSON.parse(text.slice(start))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A finite number, or one written as text: `"386.568"`, in some locales `"386,568"`. */
export function numberAt(json: Json, path: string): number | undefined {
  const value = valueAt(json, path)
  if (typeof value === 'number') return believable(value)
  if (typeof value !== 'string' || !/^-?\d+([.,]\d+)?$/.test(value)) return undefined
  return believable(Number(value.replace(',', '.')))
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

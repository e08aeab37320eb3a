/** Settings of a part, as nobody changed them. */
export function defaultsOf<Settings>(
  spec: Readonly<Record<string, { readonly default: unknown }>>,
): Settings {
  const entries = Object.entries(spec).map(([name, one]) => [name, one.default] as const)
  return Object.fromEntries(entries) as Settings // Every key has its default.
}

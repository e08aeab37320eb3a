/**
 * Label sets in one canonical form: sorted by name, no empty values, no prototype (`constructor`
 * and `__proto__` are names like any other). What is derived from a set is remembered with it.
 */
import type { Labels } from '#lib/labels'

export const nameLabel = '__name__'

/** Never part of decoded text, so joined parts cannot run into each other. */
const separator = '\ud800'

/** An object of this class is fast as a literal, and its prototype chain is empty. */
class Bare {
  [name: string]: string
}
Object.setPrototypeOf(Bare.prototype, null)
Reflect.deleteProperty(Bare.prototype, 'constructor')

export const noLabels: Labels = Object.freeze(new Bare())

/** The canonical set of these pairs; of two with one name the later counts. */
export function labelSet(pairs: Iterable<readonly [name: string, value: string]>): Labels {
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const labels = new Bare()
  for (const [name, value] of sorted) {
    if (value !== '') labels[name] = value
    else delete labels[name]
  }
  return labels
}

const signatures = new WeakMap<Labels, string>()

/** The same text for the same canonical set, and for no other. */
export function signatureOf(labels: Labels): string {
  const known = signatures.get(labels)
  if (known !== undefined) return known
  let signature = ''
  for (const name in labels) signature += `${name}${separator}${labels[name]}${separator}`
  signatures.set(labels, signature)
  return signature
}

const nameless = new WeakMap<Labels, Labels>()
const kindless = new WeakMap<Labels, Labels>()

/** What says which quantity a series is: its name, and its type and unit where they are labels. */
const quantityLabels = [nameLabel, '__type__', '__unit__'] as const

/** Without the name of the metric. */
export function withoutName(labels: Labels): Labels {
  if (labels[nameLabel] === undefined) return labels
  const known = nameless.get(labels) ?? without(labels, [nameLabel])
  nameless.set(labels, known)
  return known
}

/** Without all that says which quantity it is. */
export function withoutQuantity(labels: Labels): Labels {
  const known = kindless.get(labels)
  if (known !== undefined) return known
  const isSaid = quantityLabels.some((name) => labels[name] !== undefined)
  const rest = isSaid ? without(labels, quantityLabels) : labels
  kindless.set(labels, rest)
  return rest
}

/** Series in the order of Prometheus: by name and value of one label after the other. */
export function compareLabels(a: Labels, b: Labels): number {
  const others = Object.entries(b)
  for (const [i, [name, value]] of Object.entries(a).entries()) {
    const [otherName, otherValue = ''] = others[i] ?? []
    if (otherName === undefined) return 1
    if (name !== otherName) return name < otherName ? -1 : 1
    if (value !== otherValue) return value < otherValue ? -1 : 1
  }
  return Object.keys(a).length - others.length
}

export function without(labels: Labels, names: readonly string[]): Labels {
  const rest = new Bare()
  for (const name in labels) if (!names.includes(name)) rest[name] = labels[name] ?? ''
  return rest
}

export function only(labels: Labels, names: readonly string[]): Labels {
  const rest = new Bare()
  for (const name in labels) if (names.includes(name)) rest[name] = labels[name] ?? ''
  return rest
}

/** The set with these labels changed; an empty value takes one away. */
export function withLabels(labels: Labels, changed: Iterable<readonly [string, string]>): Labels {
  return labelSet([...Object.entries(labels), ...changed])
}

/** A text that two sets share when they agree on `names`; the order of `names` counts. */
export function signatureOn(labels: Labels, names: readonly string[]): string {
  if (names.length === 1) return labels[names[0] ?? ''] ?? ''
  let signature = ''
  for (const name of names) signature += `${labels[name] ?? ''}${separator}`
  return signature
}

/** A text that two sets share when they agree on everything but `names` and the metric name. */
export function signatureIgnoring(labels: Labels, names: readonly string[]): string {
  if (names.length === 0) return signatureOf(withoutName(labels))
  let signature = ''
  for (const name in labels) {
    if (name === nameLabel || names.includes(name)) continue
    signature += `${name}${separator}${labels[name]}${separator}`
  }
  return signature
}

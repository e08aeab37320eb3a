/** Values of any depth in the configuration whose texts are templates: details, custom fields. */
import { isNode } from 'yaml'
import { messageOf } from '#lib/errors'
import { type Place, refusal } from '../config/reader.ts'

export type Tree = string | number | boolean | null | readonly Tree[] | TreeMap

export interface TreeMap {
  readonly [name: string]: Tree
}

export function tree(at: Place): Tree {
  const { node, source } = at
  try {
    // YAML's core schema has no other values than these.
    return (isNode(node) ? node.toJS(source.document) : null) as Tree
  } catch (error) {
    throw refusal(at, messageOf(error))
  }
}

export function treeMap(at: Place): TreeMap {
  const value = tree(at)
  if (!isTreeMap(value)) throw refusal(at, `${at.path} must be a mapping`)
  return value
}

/** A text that is filled to a JSON object or list becomes that: `{{ .Alerts | toJson }}`. */
export function filledTree(value: Tree, fill: (template: string) => string): Tree {
  if (typeof value === 'string') return structured(fill(value))
  if (isList(value)) return value.map((item) => filledTree(item, fill))
  return isTreeMap(value) ? filledMap(value, fill) : value
}

export function filledMap(map: TreeMap, fill: (template: string) => string): TreeMap {
  const entries = Object.entries(map).map(([name, item]) => [name, filledTree(item, fill)])
  return Object.fromEntries(entries)
}

function structured(text: string): Tree {
  if (!/^\s*[{[]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isList = (value: Tree): value is readonly Tree[] => Array.isArray(value)

export function isTreeMap(value: Tree): value is TreeMap {
  return typeof value === 'object' && value !== null && !isList(value)
}

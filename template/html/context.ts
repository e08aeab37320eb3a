/** Where in a page a piece of text stands: what decides how a value is made safe there. */

export type State =
  | 'text'
  | 'tag'
  | 'attribute name'
  | 'after name'
  | 'before value'
  | 'html comment'
  | 'rcdata'
  | 'attribute'
  | 'url'
  | 'srcset'
  | 'js'
  | 'js "'
  | "js '"
  | 'js `'
  | 'js regexp'
  | 'js block comment'
  | 'js line comment'
  | 'css'
  | 'css "'
  | "css '"
  | 'css url "'
  | "css url '"
  | 'css url'
  | 'css block comment'
  | 'css line comment'
  /** After a break or continue: nothing here is ever shown. */
  | 'dead'

export interface Context {
  readonly state: State
  /** What ends the value of the attribute that it stands in. */
  readonly delimiter: '' | '"' | "'" | 'space'
  readonly urlPart: '' | 'before query' | 'query' | 'unknown'
  /** What a slash would begin. */
  readonly slash: 'regexp' | 'division' | 'unknown'
  /** What the value of the attribute is, whose name has been read. */
  readonly attribute: '' | 'script' | 'script type' | 'style' | 'url' | 'srcset'
  /** The element whose content is not plain markup. */
  readonly element: '' | 'script' | 'style' | 'textarea' | 'title'
}

export const start: Context = {
  state: 'text',
  delimiter: '',
  urlPart: '',
  slash: 'regexp',
  attribute: '',
  element: '',
}

export const keyOf = (c: Context) =>
  [c.state, c.delimiter, c.urlPart, c.slash, c.attribute, c.element].join('|')

export const isSame = (a: Context, b: Context) => keyOf(a) === keyOf(b)

export const isComment = ({ state }: Context) => state.endsWith('comment')

const valueStates = {
  '': 'attribute',
  script: 'js',
  'script type': 'attribute',
  style: 'css',
  url: 'url',
  srcset: 'srcset',
} as const

/** The value of the attribute begins. */
export const inValue = (c: Context, delimiter: Context['delimiter']): Context => ({
  ...c,
  state: valueStates[c.attribute],
  delimiter,
})

/** Where a value stands that comes next: behind `<a ` it is the name of an attribute. */
export function nudged(c: Context): Context {
  switch (c.state) {
    case 'tag':
      return { ...c, state: 'attribute name' }
    case 'before value':
      return { ...inValue(c, 'space'), attribute: '' }
    case 'after name':
      return { ...c, state: 'attribute name', attribute: '' }
    default:
      return c
  }
}

/** What holds after either of two branches; undefined where they do not agree. */
export function joined(a: Context, b: Context): Context | undefined {
  if (a.state === 'dead') return b
  if (b.state === 'dead' || isSame(a, b)) return a
  if (isSame({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'unknown' }
  if (isSame({ ...a, slash: b.slash }, b)) return { ...a, slash: 'unknown' }
  const [c, d] = [nudged(a), nudged(b)]
  return isSame(a, c) && isSame(b, d) ? undefined : joined(c, d)
}

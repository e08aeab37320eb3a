/** What the value of an attribute is, by its name. */

export type Content = 'plain' | 'url' | 'css' | 'js' | 'html' | 'srcset' | 'unsafe'

const names = (content: Content, list: string): [string, Content][] =>
  list.split(' ').map((name) => [name, content])

const known = new Map<string, Content>([
  ...names('url', 'action archive background cite classid codebase data formaction href icon'),
  ...names('url', 'longdesc manifest poster profile src usemap xmlns'),
  ...names('css', 'style'),
  ...names('html', 'srcdoc'),
  ...names('srcset', 'srcset'),
  ...names('unsafe', 'accept-charset async challenge charset content crossorigin csp defer'),
  ...names('unsafe', 'enctype form formenctype formmethod formnovalidate http-equiv keytype'),
  ...names('unsafe', 'language list method novalidate pattern rel sandbox type value'),
  ...names('plain', 'abbr accept align alt autocomplete autofocus bgcolor border cellpadding'),
  ...names('plain', 'checked class color cols colspan contenteditable coords datetime default'),
  ...names('plain', 'dir disabled download draggable for headers height hidden high hreflang id'),
  ...names('plain', 'ismap kind label lang loop low max maxlength media min multiple muted name'),
  ...names('plain', 'nohref optimum open placeholder preload pubdate radiogroup readonly required'),
  ...names('plain', 'reversed rows rowspan spellcheck scope scoped seamless selected shape size'),
  ...names('plain', 'sizes span srclang start step summary tabindex target title width wrap'),
])

export function contentOf(attribute: string): Content {
  const [space, local] = attribute.includes(':') ? split(attribute) : ['', attribute]
  if (!attribute.startsWith('data-') && space === 'xmlns') return 'url'
  const name = attribute.startsWith('data-') ? attribute.slice(5) : local
  const found = known.get(name)
  if (found !== undefined) return found
  if (name.startsWith('on')) return 'js'
  return /src|uri|url/.test(name) ? 'url' : 'plain'
}

function split(name: string): readonly [string, string] {
  const colon = name.indexOf(':')
  return [name.slice(0, colon), name.slice(colon + 1)]
}

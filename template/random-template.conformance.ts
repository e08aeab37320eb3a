/** Templates at random, over the data of `cases/data.json`: most are valid, some are not. */
import fc from 'fast-check'

type Text = fc.Arbitrary<string>

const pick = (words: string): Text => fc.constantFrom(...words.split(' '))

const field = pick(
  '. $ .S .Q .E .I .N .Z .F .G .T .B .Nil .L .TL .M .EL .EM .KV .A .AS .W .D .U .Missing $.S $.TL .KV.node .KV.zz .A.Status .A.Labels .A.Count .M.a .M.zz .S.x $x $y',
)
const literal = fc.oneof(
  pick('0 1 -1 42 3.5 1e3 0x1f true false nil "" "a" "b" "hello" `raw` \'x\' "é☃" "%d" "a,b"'),
  fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text).replace(/\\b/g, '\\x08')),
)
const atom = fc.oneof({ weight: 3, arbitrary: field }, { weight: 1, arbitrary: literal })

const verb = fc
  .tuple(
    fc.constantFrom('', '-', '+', '0', ' ', '-0', '+0'),
    fc.constantFrom('', '3', '8', '12'),
    fc.constantFrom('', '.0', '.2', '.5'),
    fc.constantFrom(...'vsqdxXfegtTcUob%z'),
  )
  .map((parts) => `%${parts.join('')}`)
const pattern = fc
  .array(fc.oneof(verb, pick('a | 100%%')), { maxLength: 3 })
  .map((parts) => parts.join(' '))

const { call, pipe } = fc.letrec<{ call: string; pipe: string; term: string }>((tie) => ({
  term: fc.oneof(
    { weight: 4, arbitrary: atom },
    { weight: 1, arbitrary: tie('pipe').map((text) => `(${text})`) },
  ),
  call: fc.oneof(
    { weight: 4, arbitrary: atom },
    {
      weight: 4,
      arbitrary: named('len not html js urlquery print upper same half println', tie('term'), 1),
    },
    {
      weight: 4,
      arbitrary: named('eq ne lt le gt ge index and or print join add list texts', tie('term'), 2),
    },
    { weight: 1, arbitrary: named('slice eq and or index list print', tie('term'), 3) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(pattern, fc.array(tie('term'), { maxLength: 3 }))
        .map(([format, terms]) => ['printf', JSON.stringify(format), ...terms].join(' '))
        // `%b` and `%x` of floats are powers of two: no alert text needs them.
        .filter(
          (text) => !/%[^ ]*[xXb]/.test(text) || !/\.[FGLM$]|\$|\. |\."|3\.5|1e3|half/.test(text),
        ),
    },
    { weight: 1, arbitrary: tie('pipe').map((text) => `(${text}).x`) },
  ),
  pipe: fc.array(tie('call'), { minLength: 1, maxLength: 2 }).map((calls) => calls.join(' | ')),
}))

function named(names: string, term: Text, count: number): Text {
  return fc
    .tuple(pick(names), fc.array(term, { minLength: count, maxLength: count }))
    .map(([name, terms]) => [name, ...terms].join(' '))
}

const open = fc.constantFrom('{{', '{{', '{{- ')
const close = fc.constantFrom('}}', '}}', ' -}}')
const action = (text: Text): Text => fc.tuple(open, text, close).map((parts) => parts.join(''))

type Nodes = { node: string; list: string }

/** Whole numbers are iterated over since Go 1.22, and the Go that is asked may be older. */
const ranged: Text = fc
  .tuple(fc.constantFrom('', '', '$x := ', '$x, $y := '), pick('.L .TL .M .EL .EM .KV .AS .Nil .S'))
  .map((parts) => parts.join(''))

const textNodes = fc.letrec<Nodes>((tie) => ({
  list: fc.array(tie('node'), { maxLength: 4 }).map((nodes) => nodes.join('')),
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(' ', 'text', '\n', '} {', '{{/* c */}}'),
    action(pipe),
    action(fc.tuple(pick('$x $y'), pick(':= ='), call).map((parts) => parts.join(' '))),
    branch('if', pipe, tie('list')),
    branch('with', pipe, tie('list')),
    branch('range', ranged, tie('list')),
    fc.constantFrom('{{break}}', '{{continue}}', '{{template "t" .}}', '{{template "t" $x}}'),
  ),
}))

function branch(word: string, condition: Text, list: Text): Text {
  return fc.tuple(condition, list, fc.option(list)).map(([of, body, other]) => {
    const otherwise = other === null ? '' : `{{else}}${other}`
    return `{{${word} ${of}}}${body}${otherwise}{{end}}`
  })
}

export const textTemplate: Text = textNodes.list.map(
  (list) => `{{$x := "x"}}{{$y := 1}}${list}{{define "t"}}{{.}}{{end}}`,
)

const values = pick(
  '.S .Q .I .F .T .L .M .U .KV.node (safe$.Q) (link$.Q) (code$.S) (style$.S) (attr$.S) .Q|html .Q|urlquery .W .D',
).map((text) => `{{${text.replace('$', ' $')}}}`)

const htmlNodes = fc.letrec<Nodes>((tie) => ({
  list: fc.array(tie('node'), { maxLength: 5 }).map((nodes) => nodes.join('')),
  node: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: values },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...['<p>', '</p>', '<a href="', '<a href=', "<a title='", '">', "'", '"', '>', ' ', '<b '],
        ...['<script>', '</script>', '<style>', '</style>', '<div style="', '<!-- ', ' -->', '/'],
        ...['text', '?q=', '#', ':', 'url(', ')', '<', 'onclick="', '//', '/*', '*/', ',', '= '],
        ...['<textarea>', '</textarea>', '<title>', '</title>', 'javascript:', '&amp;', '\n', ';'],
      ),
    },
    branch('if', pick('.T .B'), tie('list')),
    branch('range', pick('.TL .EL'), tie('list')),
    fc.constantFrom('{{break}}', '{{template "t" .S}}'),
  ),
}))

/** Half of them are whole elements, so that enough of them are valid. */
const element: Text = fc.oneof(
  fc
    .tuple(
      pick('title href src style onclick class data-x alt'),
      fc.constantFrom('"', "'", ''),
      fc.array(values, { minLength: 1, maxLength: 2 }),
    )
    .map(([name, quote, inner]) => `<p ${name}=${quote}${inner.join('')}${quote}>`),
  fc
    .tuple(pick('p script style title textarea b'), fc.array(values, { maxLength: 2 }))
    .map(([name, inner]) => `<${name}>${inner.join(';')}</${name}>`),
  fc
    .array(values, { maxLength: 3 })
    .map((inner) => `<script>f({{.S}}, "${inner.join('')}") / {{.I}}</script>`),
)

export const htmlTemplate: Text = fc
  .oneof(
    htmlNodes.list,
    fc.array(fc.oneof(element, htmlNodes.node), { maxLength: 4 }).map((all) => all.join('')),
  )
  .map((list) => `${list}{{define "t"}}<i>{{.}}</i>{{end}}`)

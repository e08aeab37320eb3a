/** Texts of labels and annotations, rendered as Prometheus renders them. */
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import { createTemplates, GoStruct, type Templates, type Value } from '#template'
import type { Element } from '../world.ts'
import { type Answer, createFunctions, type Rendering } from './functions.ts'
import { textMap } from './samples.ts'

export interface Template {
  readonly source: string
  /** Never fails: what cannot be rendered says so in its place. A promise where it asks queries. */
  render(scope: TemplateScope): string | Promise<string>
}

/** What a template may show. */
export interface TemplateScope {
  /** Of the vector element, before the rule adds its own. */
  readonly labels: Labels
  readonly externalLabels: Labels
  readonly externalUrl: string
  readonly value: number
  readonly atMs: number
  /** Evaluates PromQL at the time of the rule; rejects where it cannot. */
  readonly query: (expr: string) => Promise<readonly Element[]>
}

/** What Prometheus writes before each text; places in its messages count from there. */
const variables = [
  '{{$labels := .Labels}}',
  '{{$externalLabels := .ExternalLabels}}',
  '{{$externalURL := .ExternalURL}}',
  '{{$value := .Value}}',
].join('')

/** Different queries that one text may ask. */
const queriesMax = 100

/** Throws an error whose message says what is wrong and what would be right. */
export function parseTemplate(source: string, alertname: string): Template {
  const name = `__alert_${alertname}`
  if (!source.includes('{{')) return { source, render: () => source }
  let current: Rendering | undefined
  const rendering = (): Rendering => {
    if (current === undefined) throw new Error('no text is being rendered')
    return current
  }
  const templates = createTemplates({ functions: createFunctions(rendering), missingKey: 'zero' })
  templates.check(variables + source, name)
  const attempt = (scope: TemplateScope, answers: Rendering['answers']) => {
    current = { scope, answers }
    return attempted(current, () => renderOnce(templates, { source, name, scope }))
  }
  return {
    source,
    render(scope) {
      const first = attempt(scope, new Map())
      return 'text' in first ? first.text : answered(scope, first.asked, attempt)
    },
  }
}

type Attempt = { readonly text: string } | { readonly asked: string }

function attempted(rendering: Rendering, run: () => string): Attempt {
  try {
    return { text: run() }
  } catch (error) {
    const { asked } = rendering
    if (asked !== undefined) return { asked }
    return { text: `<error expanding template: ${messageOf(error)}>` }
  }
}

/** Asks what the text asks for, and renders it again: rendering itself cannot wait. */
async function answered(
  scope: TemplateScope,
  first: string,
  attempt: (scope: TemplateScope, answers: Rendering['answers']) => Attempt,
): Promise<string> {
  const answers = new Map<string, Answer>()
  let asked = first
  for (;;) {
    answers.set(asked, await answerOf(scope, asked, answers.size))
    const next = attempt(scope, answers)
    if ('text' in next) return next.text
    asked = next.asked
  }
}

async function answerOf(scope: TemplateScope, expr: string, before: number): Promise<Answer> {
  if (before >= queriesMax) return new Error(`a text is limited to ${queriesMax} queries`)
  try {
    return await scope.query(expr)
  } catch (error) {
    return new Error(messageOf(error))
  }
}

interface Page {
  readonly source: string
  readonly name: string
  readonly scope: TemplateScope
}

function renderOnce(templates: Templates, { source, name, scope }: Page): string {
  try {
    return templates.text(variables + source, dataOf(scope), name)
  } catch (error) {
    throw new Error(`error executing template ${name}: ${messageOf(error)}`)
  }
}

/** As Prometheus 2.42 declares it: messages name it. */
const scopeType =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ' +
  'ExternalURL string; Value float64 }'

function dataOf({ labels, externalLabels, externalUrl, value }: TemplateScope): Value {
  return new GoStruct(scopeType, {
    Labels: textMap(labels),
    ExternalLabels: textMap(externalLabels),
    ExternalURL: externalUrl,
    Value: value,
  })
}

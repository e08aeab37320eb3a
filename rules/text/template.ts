/** Texts of labels and annotations, rendered as Prometheus renders them. */
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import { createTemplates, GoMap, GoStruct, type Value } from '#template'
import { templateFunctions } from './template-functions.ts'

export interface Template {
  readonly source: string
  /** Never throws: what cannot be rendered says so in its place. */
  render(scope: TemplateScope): string
}

/** What a template may show. */
export interface TemplateScope {
  /** Of the vector element, before the rule adds its own. */
  readonly labels: Labels
  readonly externalLabels: Labels
  readonly value: number
}

const variables =
  '{{ $labels := .Labels }}{{ $externalLabels := .ExternalLabels }}{{ $value := .Value }}'

/** Throws an error whose message says what is wrong and what would be right. */
export function parseTemplate(source: string): Template {
  const templates = createTemplates({ functions: templateFunctions, missingKey: 'zero' })
  const whole = variables + source
  templates.check(whole)
  return {
    source,
    render(scope) {
      if (!source.includes('{{')) return source
      try {
        return templates.text(whole, dataOf(scope))
      } catch (error) {
        return `<error expanding template: ${messageOf(error)}>`
      }
    },
  }
}

function dataOf({ labels, externalLabels, value }: TemplateScope): Value {
  return new GoStruct('template.Data', {
    Labels: textMap(labels),
    ExternalLabels: textMap(externalLabels),
    Value: value,
  })
}

const textMap = (labels: Labels) =>
  new GoMap(new Map(Object.entries(labels)), { type: 'map[string]string', zero: '' })

/** Where an alert comes from, as far as it says: its rule's expression, its texts and its trace. */
import { traceAnnotation } from '#api/alert'
import { traceIdOf } from '#lib/trace'
import type { Alert } from '../alert.ts'

export function ruleLines({ generatorUrl, annotations }: Alert): readonly string[] {
  const expression = expressionOf(generatorUrl)
  const traceId = traceIdOf(annotations[traceAnnotation])
  const texts = Object.entries(annotations).filter(([name]) => name !== traceAnnotation)
  return [
    ...(expression === undefined ? [] : [`true is: ${expression}`]),
    ...(generatorUrl === '' ? [] : [`see ${generatorUrl}`]),
    ...texts.map(([name, value]) => `${name}: ${value}`),
    ...(traceId === undefined ? [] : [`trace ${traceId}`]),
  ]
}

/** Prometheus and our own rules name it in the address of their expression browser. */
function expressionOf(generatorUrl: string): string | undefined {
  if (!URL.canParse(generatorUrl, 'http://host')) return undefined
  return new URL(generatorUrl, 'http://host').searchParams.get('g0.expr') ?? undefined
}

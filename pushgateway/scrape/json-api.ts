/** `/api/v1/metrics` in the original's shape, a group at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { bucketsOf } from '../formats/native-histogram.ts'
import { nativeOf } from '../formats/native-message.ts'
import type { GroupState } from '../store/state.ts'
import type { Group } from '../store/store.ts'
import type { StoredFamily } from '../text/family.ts'
import { allFamilies, type ExposedSample, familySamples } from './exposed.ts'

export async function* groupsAsJson(groups: readonly Group[]): AsyncGenerator<string> {
  let text = '{"status":"success","data":['
  let separator = ''
  for (const group of groups) {
    const state = group.visible
    if (state === undefined) continue
    text += `${separator}${JSON.stringify(groupAsJson(group, state))}`
    separator = ','
    if (text.length < 64 * 1024) continue
    yield text
    text = ''
    await nextTurn()
  }
  yield `${text}]}`
}

function groupAsJson(group: Group, state: GroupState): object {
  const families = allFamilies(state)
  return {
    labels: Object.fromEntries(group.pairs),
    last_push_successful: state.pushedAtMs >= state.failedAtMs && state.pushedAtMs > 0,
    ...Object.fromEntries(families.map((family) => [family.head.name, familyAsJson(family)])),
  }
}

function familyAsJson(family: StoredFamily): object {
  const { type, help } = family.head
  return {
    time_stamp: new Date(family.pushedAtMs).toISOString(),
    type: type.toUpperCase(),
    ...(help === undefined ? {} : { help }),
    metrics: [...metricsAsJson(family)],
  }
}

function* metricsAsJson(family: StoredFamily): Generator<object> {
  const { type } = family.head
  if (type === 'histogram' || type === 'summary') yield* compoundsAsJson(family)
  else for (const { labels, valueText } of familySamples(family)) yield { labels, value: valueText }
}

function* compoundsAsJson(family: StoredFamily): Generator<object> {
  const { name, type } = family.head
  const pointLabel = type === 'histogram' ? 'le' : 'quantile'
  const pointsName = type === 'histogram' ? 'buckets' : 'quantiles'
  let points: Record<string, string> = {}
  let sum = ''
  let metric = 0
  for (const sample of familySamples(family)) {
    if (sample.name === `${name}_sum`) sum = sample.valueText
    else if (sample.name === `${name}_count`) {
      const shown = nativeBuckets(family, metric++) ?? points
      yield { labels: sample.labels, [pointsName]: shown, count: countText(sample), sum }
      points = {}
    } else points[sample.labels[pointLabel] ?? ''] = pointText(family, sample)
  }
}

function nativeBuckets({ proto }: StoredFamily, metric: number) {
  const message = proto?.[metric]
  const native = message && nativeOf(message)
  return native && bucketsOf(native)
}

function pointText({ head: { type } }: StoredFamily, sample: ExposedSample): string {
  return type === 'histogram' ? countText(sample) : sample.valueText
}

/** Counts are whole numbers in the API, without an exponent. */
function countText({ value, valueText }: { value: number; valueText: string }): string {
  return Number.isSafeInteger(value) ? String(value) : valueText
}

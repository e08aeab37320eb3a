/** Units, thresholds, mappings, links and overrides, applied as Grafana applies them to a panel. */
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  type FieldConfig,
  type FieldConfigPropertyItem,
  type GrafanaTheme2,
  identityOverrideProcessor,
  Registry,
  standardTransformers,
  standardTransformersRegistry,
  ThresholdsMode,
  transformDataFrame,
} from '@grafana/data'
import type { Panel } from './dashboard.ts'

standardTransformersRegistry.setInit(
  () =>
    ['mergeTransformer', 'organizeFieldsTransformer', 'sortByTransformer'].map((key) => {
      const transformation = standardTransformers[key as keyof typeof standardTransformers]
      const { id, name } = transformation
      return { id, name, transformation: async () => transformation }
    }) as never, // Editors and their pictures are never shown here.
)

/** What a panel has that its JSON leaves out, as its plugin sets it. */
const defaults: Readonly<Record<string, FieldConfig>> = {
  timeseries: {
    color: { mode: 'palette-classic' },
    custom: { lineWidth: 1, lineInterpolation: 'linear', drawStyle: 'line', axisPlacement: 'auto' },
  },
  'state-timeline': { color: { mode: 'continuous-GrYlRd' } },
  table: { custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: false } },
}

const thresholds: FieldConfig['thresholds'] = {
  mode: ThresholdsMode.Absolute,
  steps: [{ value: -Infinity, color: 'green' }],
}

export async function transformed(panel: Panel, frames: DataFrame[]): Promise<DataFrame[]> {
  const steps = panel.transformations ?? []
  if (steps.length === 0) return frames
  const context = { interpolate: (text: string) => text }
  return new Promise((resolve, reject) =>
    transformDataFrame([...steps], frames, context).subscribe({ next: resolve, error: reject }),
  )
}

export function configured(panel: Panel, frames: DataFrame[], theme: GrafanaTheme2): DataFrame[] {
  const own = structuredClone(panel.fieldConfig)
  const ofPlugin = defaults[panel.type] ?? {}
  const all: FieldConfig = {
    ...{ color: { mode: 'thresholds' }, thresholds },
    ...{ ...ofPlugin, ...own.defaults },
    custom: { ...ofPlugin.custom, ...own.defaults.custom },
  }
  const overrides = own.overrides.map(({ matcher, properties }) => ({
    matcher,
    properties: properties.map((one) => ({ ...one, value: lowestBelowAll(one.value) })),
  }))
  const fieldConfig = { defaults: lowestIn(all), overrides }
  const done = applyFieldOverrides({
    data: frames,
    fieldConfig,
    theme,
    timeZone: 'utc',
    replaceVariables: (text) => text,
    fieldConfigRegistry: registryOf(fieldConfig.defaults),
  })
  cacheFieldDisplayNames(done)
  return done
}

/** JSON has no -Infinity: the lowest step is `null` there. */
function lowestIn(config: FieldConfig): FieldConfig {
  return { ...config, thresholds: lowestBelowAll(config.thresholds) }
}

function lowestBelowAll<T>(value: T): T {
  const steps = (value as { steps?: { value: number | null }[] } | undefined)?.steps
  if (steps === undefined) return value
  return { ...value, steps: steps.map((s) => ({ ...s, value: s.value ?? -Infinity })) }
}

const standard = ['unit', 'min', 'max', 'decimals', 'noValue', 'color', 'mappings', 'thresholds']
/** What overrides may set, besides what a panel has itself. */
const custom = ['cellOptions', 'width', 'lineStyle']

function registryOf(config: FieldConfig): Registry<FieldConfigPropertyItem> {
  const names = new Set([...custom, ...Object.keys(config.custom ?? {})])
  const items = [
    ...[...standard, 'links', 'displayName'].map((path) => item(path, path, false)),
    ...[...names].map((path) => item(`custom.${path}`, path, true)),
  ]
  return new Registry(() => items)
}

const item = (id: string, path: string, isCustom: boolean): FieldConfigPropertyItem => ({
  ...{ id, path, name: id, isCustom },
  process: identityOverrideProcessor,
  shouldApply: () => true,
  override: () => null,
  editor: () => null,
})

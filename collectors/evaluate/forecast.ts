/**
 * How far a forecast of wear is off: the last percentage of each history from those before it, and
 * how often the band held it. Three selections of the same histories, since in most a drive hardly
 * wears: all; those that wore by five points or more over the whole series (the one whose baselines
 * come nearest to the published 4.99 and 2.02); those that had worn by four before the forecast,
 * which alone chooses by what one knows at that time.
 */
import { createFnv1a } from '#lib/fnv1a'
import { wearModelVersion } from '../forecast/wear-growth.ts'
import { readJsonLines } from './dataset.ts'
import { bestRate, type Forecaster, noChange, ours, theilSen, toldBytes } from './forecasters.ts'
import { table } from './print.ts'
import { type Trial, trialOf, wearSeries } from './wear-series.ts'

const selections: readonly (readonly [name: string, takes: (trial: Trial) => boolean])[] = [
  ['all', () => true],
  ['wore by 5', ({ truth, start }) => truth - start >= 5],
  ['had worn by 4', ({ now, start }) => now - start >= 4],
]

const forecasters: readonly (readonly [string, Forecaster])[] = [
  ['persistence', noChange],
  ['Theil–Sen', theilSen],
  [wearModelVersion, ours],
]

/** These peek, and so show how near a forecast could come at all. */
const peeking: readonly (readonly [string, Forecaster])[] = [
  [`${wearModelVersion}, told the bytes to come`, toldBytes],
  ['whichever rate comes nearest', bestRate],
]

export async function evaluateForecast(path: string): Promise<string> {
  const trials = (await readJsonLines(path, wearSeries)).flatMap((row) => trialOf(row) ?? [])
  const rows = selections.flatMap(([selection, takes]) => {
    const taken = trials.filter(takes)
    return [...forecasters, ...peeking].map(([name, forecast]) => {
      const { error, held } = figuresOf(taken, forecast)
      return [`${selection}: ${name}`, String(taken.length), figure(error), figure(held)]
    })
  })
  return [
    `${trials.length} histories, ${new Set(trials.map(({ model }) => model)).size} models`,
    table(['forecast of the last point', 'drives', 'mean error, points', 'band held'], rows),
    table(
      ['wore by 5, a fifth of the models', 'drives', 'Theil–Sen', 'ours', 'band'],
      folds(trials),
    ),
  ].join('\n\n')
}

/** Nothing is fitted here, so parts by model show how much the figures hang on single models. */
function folds(trials: readonly Trial[]): readonly (readonly string[])[] {
  const takes = selections[1]?.[1] ?? (() => true)
  return [0, 1, 2, 3, 4].map((fold) => {
    const taken = trials.filter((trial) => partOf(trial.model) === fold && takes(trial))
    const { error, held } = figuresOf(taken, ours)
    const theirs = figuresOf(taken, theilSen).error
    return [`part ${fold + 1}`, String(taken.length), figure(theirs), figure(error), figure(held)]
  })
}

function partOf(model: string): number {
  const hash = createFnv1a()
  hash.add(model)
  return Number.parseInt(hash.digest().slice(-6), 16) % 5
}

function figuresOf(trials: readonly Trial[], forecast: Forecaster) {
  const told = trials.map((trial) => ({ trial, ...forecast(trial) }))
  const banded = told.filter(({ band }) => band !== undefined)
  const within = banded.filter(
    ({ trial: { truth }, band: [low, high] = [0, 0] }) => truth >= low && truth <= high,
  )
  const off = told.reduce((sum, { trial, percent }) => sum + Math.abs(percent - trial.truth), 0)
  return { error: off / told.length, held: within.length / banded.length }
}

const figure = (value: number) => (Number.isFinite(value) ? value.toFixed(3) : '–')

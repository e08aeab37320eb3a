/** The list of evaluations: what a dataset of real devices is judged by. */

/** Takes the paths of datasets, gives what is to be printed. */
export type Evaluation = (paths: readonly string[]) => Promise<string>

/** Loaded only when asked for: an agent on a node has no need of them. */
export const evaluations: Readonly<Record<string, Evaluation>> = {
  failures: async (paths) => (await import('./failures.ts')).evaluateFailures(paths),
  forecast: async (paths) => oneByOne(paths, (await import('./forecast.ts')).evaluateForecast),
  wear: async (paths) => oneByOne(paths, (await import('./wear.ts')).evaluateWear),
}

async function oneByOne(
  paths: readonly string[],
  evaluate: (path: string) => Promise<string>,
): Promise<string> {
  const pages: string[] = []
  for (const path of paths) pages.push(await evaluate(path))
  return pages.join('\n\n')
}

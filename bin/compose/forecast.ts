/** Where an agent keeps what its forecasts rest on. */
import { type Forecast, openForecast } from '#collectors'
import { optionalText, type Values } from '#lib/config'
import { realDisk } from '#lib/disk'
import type { AgentWorld } from './agent-world.ts'
import { lockFolder } from './data-dir.ts'

export const forecastSettings = {
  forecastDir: optionalText({
    name: 'forecast.dir',
    help: 'Folder that keeps about a point a day of the wear of every SSD, for the forecast of its end; absent: forecasts begin anew with the process.',
  }),
}

export async function openNodeForecast(
  { forecastDir: folder }: Values<typeof forecastSettings>,
  world: AgentWorld,
  stack: AsyncDisposableStack,
): Promise<Forecast> {
  if (folder !== undefined) await lockFolder(folder, '--forecast.dir', stack)
  const forecast = await openForecast({ ...world, disk: realDisk, folder })
  stack.defer(() => forecast.close())
  return forecast
}

/** Whether a value can be what it says it is; what cannot be was never measured. */

/** What tools and owners print where there is nothing, or nothing to be shown. */
export function known(text: string | undefined): string | undefined {
  if (text === undefined || /^([-.*@]+|<.*>|\[.*\]|n\/a|unknown|none|)$/i.test(text.trim()))
    return undefined
  return text.trim()
}

/** No disk in use stands at 0 °C for long; firmware that knows none says 0, 127, 128 or 255. */
export function temperatureIn(celsius: number | undefined): number | undefined {
  if (celsius === undefined || celsius === 0) return undefined
  return celsius > -60 && celsius < celsiusMax ? Math.round(celsius) : undefined
}

const celsiusMax = 125

/** A device that fell off its bus answers with ones in every bit. */
export const isAllOnes = (...bytes: readonly (number | undefined)[]) =>
  bytes.every((byte) => byte === 255)

/** Of what is left of something. */
export function percentIn(percent: number | undefined): number | undefined {
  return percent !== undefined && percent >= 0 && percent <= 100 ? percent : undefined
}

/** 34 years; some drives add a constant of a century after a firmware fault. */
const hoursMax = 300_000

export function hoursIn(hours: number | undefined): number | undefined {
  return hours !== undefined && hours >= 0 && hours <= hoursMax ? Math.floor(hours) : undefined
}

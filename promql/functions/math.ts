/** Functions of one number, applied to each element. */
import { larger, smaller } from '../arithmetic.ts'
import { vectorOf } from '../values.ts'
import { type FunctionBody, perElement, scalarsIn } from './call-site.ts'

const nan = Number.NaN

export const math: Readonly<Record<string, FunctionBody>> = {
  ...each({
    abs: Math.abs,
    ceil: Math.ceil,
    floor: Math.floor,
    sqrt: Math.sqrt,
    exp: Math.exp,
    ln: Math.log,
    log2: Math.log2,
    log10: Math.log10,
    sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
    deg: (value) => (value * 180) / Math.PI,
    rad: (value) => (value * Math.PI) / 180,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    asinh: Math.asinh,
    acosh: Math.acosh,
    atanh: Math.atanh,
  }),
  round: perElement((value, [nearest = 1]) => {
    const inverse = 1 / nearest
    return Math.floor(value * inverse + 0.5) / inverse
  }),
  clamp_min: perElement((value, [least = nan]) => larger(least, value)),
  clamp_max: perElement((value, [most = nan]) => smaller(most, value)),
  clamp: (args, site) => {
    const [least = nan, most = nan] = scalarsIn(args)
    return most < least ? vectorOf([]) : clampBetween(args, site)
  },
}

const clampBetween = perElement((value, [least = nan, most = nan]) =>
  larger(least, smaller(most, value)),
)

function each(
  changes: Readonly<Record<string, (value: number) => number>>,
): Record<string, FunctionBody> {
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [name, perElement((value) => change(value))]),
  )
}

/** SSDs with all their vendor attributes, and the wear that their device statistics say. */
import { z } from 'zod'
import type { DriveFacts } from '../wear/drive.ts'

const attribute = z.tuple([
  z.number().describe('id'),
  z.string().describe('name'),
  z.number().nullable().describe('value'),
  z.number().nullable().describe('worst'),
  z.number().nullable().describe('threshold'),
  z.string().nullable().describe('when failed'),
  z.union([z.string(), z.number()]).nullable().describe('raw, as printed'),
])

/** One line of `ssd-wear-truth.*.jsonl.gz`. */
export const wearTruth = z.object({
  vendor: z.string().nullish(),
  family: z.string().nullish(),
  model: z.string(),
  firmware: z.string().nullish(),
  capacity_bytes: z.number().nullish(),
  attrs: z.array(attribute),
  truth_percentage_used: z.number(),
})

export type WearTruth = z.infer<typeof wearTruth>

/** The drive as a collector would see it, had it only its attributes. */
export function factsOf(truth: WearTruth): DriveFacts {
  return {
    model: truth.model,
    family: truth.family ?? undefined,
    firmware: truth.firmware ?? undefined,
    capacityBytes: truth.capacity_bytes ?? undefined,
    attributes: truth.attrs.flatMap(([id, name, value, worst, thresh, whenFailed, raw]) => {
      if (value === null) return []
      const rawText = String(raw ?? '')
      const rest = { worst: worst ?? value, thresh: thresh ?? 0, whenFailed: whenFailed ?? '-' }
      return [{ id, name, value, ...rest, raw: undefined, rawText }] // The table reads the text.
    }),
  }
}

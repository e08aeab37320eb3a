/** ATA device statistics: one page a subject, each value at a fixed offset of it. */
import { flagAt, type Json, listAt, numberAt } from '../smart/json.ts'

/** Undefined where the page or the value is not there, or is marked invalid. */
function statisticAt(answer: Json, page: number, offset: number): number | undefined {
  const found = listAt(answer, 'ata_device_statistics.pages').find(
    (each) => numberAt(each, 'number') === page,
  )
  const row = found && listAt(found, 'table').find((each) => numberAt(each, 'offset') === offset)
  if (row === undefined || flagAt(row, 'flags.valid') === false) return undefined
  return numberAt(row, 'value')
}

export const statistic = {
  powerOnHours: (answer: Json) => statisticAt(answer, 1, 0x10),
  sectorsWritten: (answer: Json) => statisticAt(answer, 1, 0x18),
  sectorsRead: (answer: Json) => statisticAt(answer, 1, 0x28),
  temperature: (answer: Json) => statisticAt(answer, 5, 0x08),
  percentUsed: (answer: Json) => statisticAt(answer, 7, 0x08),
}

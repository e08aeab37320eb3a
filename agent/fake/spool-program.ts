/** Appends ticks to a spool for ever, and says the number of each once it is on the disk. */
import { systemClock } from '#lib/clock'
import { realDisk } from '#lib/disk'
import { silentLog } from '#lib/log'
import { openSpool } from '../spool/spool.ts'

const [folder = '', first = '1'] = process.argv.slice(2)
const spool = await openSpool({
  disk: realDisk,
  folder,
  sizeBytesMax: 1024 * 1024 * 1024,
  ageMsMax: 3_600_000,
  clock: systemClock,
  log: silentLog,
})
for (let number = Number(first); ; number++) {
  await spool.append({ atMs: systemClock.nowMs(), text: Buffer.from(`tick ${number}\n`) })
  process.stdout.write(`${number}\n`)
}

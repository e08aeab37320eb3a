/** A running mailbox with its web side and a mail client, for tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { systemClock } from '#lib/clock'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { type Disk, realDisk } from '../disk.ts'
import { createMailbox, type MailboxOptions } from '../mailbox.ts'

export async function openHouse(given: Partial<MailboxOptions> = {}) {
  const metrics = createMetrics()
  const folder = given.folder ?? (await newFolder())
  const mailbox = createMailbox({
    folder,
    address: '127.0.0.1:0',
    flag: '--mailbox.listen-address',
    clock: systemClock,
    random: seededRandom(1),
    log: silentLog,
    metrics,
    sizeBytesMax: 100_000,
    keepMax: 10,
    ...given,
  })
  await mailbox.start()
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(mailbox.smtpAddress) ?? []
  const web = await openHttp({ name: 'mail', address: '127.0.0.1:0', flag: '-' }, (req, res) => {
    if (!mailbox.handle(req, res)) res.writeHead(404).end('elsewhere')
  })
  return {
    mailbox,
    folder,
    async send(mail: SendMailOptions) {
      const transport = createTransport({ host, port: Number(port), secure: false })
      try {
        return await transport.sendMail({ from: 'z@example.org', to: 'ops@example.org', ...mail })
      } finally {
        transport.close()
      }
    },
    get: (path: string, init?: RequestInit) => fetch(`${web.url}${path}`, init),
    metrics: () => metrics.registry.metrics(),
    async close() {
      await web.close()
      await mailbox.close()
    },
  }
}

export const newFolder = () => mkdtemp(join(tmpdir(), 'mailbox-'))

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

/** A real disk whose changing calls fail where `refuses` says so of the call's name. */
export function failingDisk(refuses: (call: string) => boolean): Disk {
  const judged = <A extends unknown[], R>(call: string, run: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      if (refuses(call)) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      return await run(...given)
    }
  }
  return {
    ...realDisk,
    write: judged('write', realDisk.write),
    rename: judged('rename', realDisk.rename),
    syncFolder: judged('syncFolder', realDisk.syncFolder),
    remove: judged('remove', realDisk.remove),
  }
}

/** The settings of the part. */
import { text, type Values, whole } from '#lib/config'

export const mailboxSettings = {
  listenAddress: text({
    name: 'listen-address',
    default: '127.0.0.1:1025',
    help: 'Address that takes mail from anybody who reaches it; nothing is ever passed on.',
  }),
  keepMax: whole({
    name: 'keep-max',
    default: 1000,
    least: 1,
    most: 100_000,
    help: 'Mails that are kept; a further one drops the oldest.',
  }),
  sizeBytesMax: whole({
    name: 'size-bytes-max',
    default: 10 * 1024 * 1024,
    least: 1024,
    most: 256 * 1024 * 1024,
    help: 'Bytes that one mail may have; a larger one is refused with 552.',
  }),
}

export type MailboxSettings = Values<typeof mailboxSettings>

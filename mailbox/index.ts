/** The door of the mailbox. */
export type { Disk } from './disk.ts'
export type { MailSummary } from './mail.ts'
export { createMailbox, type Mailbox, type MailboxOptions } from './mailbox.ts'
export { type MailboxSettings, mailboxSettings } from './settings.ts'

/** Of the mailbox. */
import type { FaultKind } from '#lib/errors'

export const mailboxFaults = {
  MAILBOX_DISK_REFUSED: {
    status: 500,
    retry: true,
    message: 'Cannot keep the mail: the disk refuses it ({reason}); make room and send it again',
  },
  MAILBOX_FOLDER_UNUSABLE: {
    status: 500,
    retry: false,
    message: 'Cannot open the mailbox in {folder}: {reason}; let this user read and write there',
  },
  MAIL_TOO_LARGE: {
    status: 413,
    retry: false,
    message: 'Cannot keep the mail: it is over {limitBytes} bytes',
  },
  MAIL_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot show mail {id}: none is kept under it; /mail lists those that are',
  },
} as const satisfies Record<string, FaultKind>

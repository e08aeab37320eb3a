/** Every notifier there is. */
import { email } from './email.ts'
import { master } from './master.ts'
import type { NotifierKind } from './notifier.ts'
import { webhook } from './webhook.ts'

export const notifierKinds: readonly NotifierKind[] = [email, webhook, master]

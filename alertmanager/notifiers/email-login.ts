/** Logs in to a mail server by the best means that both sides have. */
import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import type { MailDialog } from './notifier.ts'

export interface MailLogin {
  readonly user: string
  /** On whose behalf, where that is somebody else; PLAIN alone can say it. */
  readonly identity: string
  /** For PLAIN and LOGIN. */
  readonly password: string
  /** For CRAM-MD5. */
  readonly secret: string
}

/** Resolves when we are in. */
export async function logIn(login: MailLogin, dialog: MailDialog): Promise<void> {
  const offered = new Set(dialog.authMethods)
  const mechanism = mechanisms.find(({ name, needs }) => offered.has(name) && login[needs] !== '')
  if (mechanism === undefined) throw new Error(nothingFits([...offered]))
  await mechanism.run(login, async (command, expected) => {
    const { status, text, response } = await dialog.sendCommand(command)
    if (status !== expected) throw new Error(response)
    return text
  })
}

/** Says `command`, wants an answer of this status, and gives its text. */
type Say = (command: string, expected: number) => Promise<string>

interface Mechanism {
  readonly name: string
  readonly needs: 'password' | 'secret'
  run(login: MailLogin, say: Say): Promise<unknown>
}

const goOn = 334
const isIn = 235

/** Best first: CRAM-MD5 shows the secret to nobody. */
const mechanisms: readonly Mechanism[] = [
  {
    name: 'CRAM-MD5',
    needs: 'secret',
    async run({ user, secret }, say) {
      const challenge = Buffer.from(await say('AUTH CRAM-MD5', goOn), 'base64')
      const digest = createHmac('md5', secret).update(challenge).digest('hex')
      await say(base64(`${user} ${digest}`), isIn)
    },
  },
  {
    name: 'PLAIN',
    needs: 'password',
    run: ({ identity, user, password }, say) =>
      say(`AUTH PLAIN ${base64(`${identity}\0${user}\0${password}`)}`, isIn),
  },
  {
    name: 'LOGIN',
    needs: 'password',
    async run({ user, password }, say) {
      await say('AUTH LOGIN', goOn)
      await say(base64(user), goOn)
      await say(base64(password), isIn)
    },
  },
]

function nothingFits(offered: readonly string[]): string {
  const wants = mechanisms
    .filter(({ name }) => offered.includes(name))
    .map(({ name, needs }) => `${name} with auth_${needs}`)
  return wants.length === 0
    ? `the server takes none of our logins, but ${offered.join(' ')}`
    : `the server takes ${wants.join(', ')}; configure one of them`
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** All forms in which the login could come back. */
export function secretsOfLogin({ identity, user, password, secret }: MailLogin): readonly string[] {
  const plain = base64(`${identity}\0${user}\0${password}`)
  return [password, secret, base64(password), plain].filter((form) => form !== '')
}

/** What any client can see of the platform: alerts, jobs, mails, status, through its addresses. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from './scene.ts'

export interface Observer {
  readonly web: string
  token(): string
  /** Reads the token that the platform made at its first start. */
  readToken(dataDir: string): Promise<void>
  alerts(): Promise<readonly SeenAlert[]>
  jobs(): Promise<readonly SeenJob[]>
  job(id: string): Promise<SeenJob>
  mails(): Promise<readonly SeenMail[]>
  pools(): Promise<readonly SeenPool[]>
  /** Starts something on a resource; the id of its job. */
  act(path: string): Promise<string>
}

export interface SeenAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

export interface SeenJob {
  readonly id: string
  readonly workflow: string
  readonly state: string
  readonly step?: string
  readonly traceId?: string
  readonly progress?: { readonly text: string; readonly figures: Readonly<Record<string, number>> }
  readonly error?: { readonly message: string }
  readonly steps?: readonly { readonly name: string; readonly made?: Record<string, unknown> }[]
}

export interface SeenMail {
  readonly subject: string
  readonly receivedAtMs: number
  readonly messageId?: string
}

export interface SeenPool {
  readonly id: string
  readonly name: string
  readonly objects: number
  readonly objectsDegraded: number
  readonly objectsUnavailable: number
}

export function createObserver(ports: Ports): Observer {
  const web = `http://127.0.0.1:${ports.web}`
  let token = ''
  const ask = async <T>(url: string, method = 'GET'): Promise<T> => {
    const answer = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5000),
    })
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T // The API's own types, written out above.
  }
  return {
    web,
    token: () => token,
    async readToken(dataDir) {
      token = (await readFile(join(dataDir, 'master-token'), 'utf8')).trim()
    },
    alerts: async () => {
      const url = `http://127.0.0.1:${ports.prometheus}/api/v1/alerts`
      return (await ask<{ data: { alerts: SeenAlert[] } }>(url)).data.alerts
    },
    jobs: async () => (await ask<{ items: SeenJob[] }>(`${web}/v1/jobs`)).items,
    job: (id) => ask<SeenJob>(`${web}/v1/jobs/${id}`),
    mails: async () =>
      (await ask<{ messages: SeenMail[] }>(`${web}/mail/api/messages?limit=1000`)).messages,
    pools: async () => (await ask<{ items: SeenPool[] }>(`${web}/v1/pools`)).items,
    act: async (path) => (await ask<{ id: string }>(`${web}${path}`, 'POST')).id,
  }
}

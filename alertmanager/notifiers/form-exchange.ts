/** Requests as forms: `a=b&c=d`. */
import type { HttpRequest } from './http-client.ts'

export function formPost(url: string, form: Readonly<Record<string, string>>): HttpRequest {
  const body = new URLSearchParams(form).toString()
  return { url, method: 'POST', headers: { 'Content-Type': formType }, body }
}

const formType = 'application/x-www-form-urlencoded; charset=utf-8'

/** A signed form, as AWS's query APIs take it. */
import { type Signer, signedHeaders } from './aws-signature.ts'
import { formPost } from './form-exchange.ts'
import type { HttpRequest } from './http-client.ts'

export function signedForm(
  url: string,
  form: Readonly<Record<string, string>>,
  signer: Signer,
): HttpRequest {
  const { headers = {}, body = '' } = formPost(url, form)
  const signed = signedHeaders({ method: 'POST', url, headers, body }, signer)
  return { url, method: 'POST', headers: signed, body }
}

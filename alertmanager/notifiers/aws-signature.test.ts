import { expect, test } from '@jest/globals'
import { signedHeaders } from './aws-signature.ts'

/** The keys of AWS's published examples. */
const keys = {
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}

const signer = (service: string, time: string) => ({
  keys,
  region: 'us-east-1',
  service,
  nowMs: Date.parse(time),
})

function signature(headers: Record<string, string>): string | undefined {
  return /Signature=([0-9a-f]{64})$/.exec(headers.Authorization ?? '')?.[1]
}

test('the POST that AWS documents gets the signature that AWS documents', () => {
  const headers = signedHeaders(
    {
      method: 'POST',
      url: 'http://iam.amazonaws.com/',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: 'Action=ListUsers&Version=2010-05-08',
    },
    signer('iam', '2011-09-09T23:36:00Z'),
  )
  expect(headers).toMatchObject({
    'X-Amz-Date': '20110909T233600Z',
    Authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20110909/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=ced6826de92d2bdeed8f846f0bf508e8559e98e4b0199114b84c54174deb456c',
  })
})

test.each([
  [
    'a query',
    {
      method: 'GET',
      url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: '',
    },
    'iam',
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  ],
  [
    'nothing but an address',
    { method: 'GET', url: 'https://example.amazonaws.com/', headers: {}, body: '' },
    'service',
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'a form',
    {
      method: 'POST',
      url: 'https://example.amazonaws.com/',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
    },
    'service',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'a query out of order',
    {
      method: 'GET',
      url: 'https://example.amazonaws.com/?Param2=value2&Param1=value1',
      headers: {},
      body: '',
    },
    'service',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
])('AWS’s published example of %s', (_, request, service, expected) => {
  expect(signature(signedHeaders(request, signer(service, '2015-08-30T12:36:00Z')))).toBe(expected)
})

test('a session token goes along and is signed', () => {
  const lent = { ...signer('sns', '2015-08-30T12:36:00Z'), keys: { ...keys, sessionToken: 'lent' } }
  const request = { method: 'POST', url: 'https://sns.example/', headers: {}, body: 'a=b' }
  const headers = signedHeaders(request, lent)
  expect(headers['X-Amz-Security-Token']).toBe('lent')
  expect(headers.Authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
})

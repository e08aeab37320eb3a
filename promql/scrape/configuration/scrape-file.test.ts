import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { hasPrometheus } from '#test/prometheus'
import { readScrapeFile } from './scrape-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'zstone-scrape-file-'))
const file = join(folder, 'prometheus.yml')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function read(text: string) {
  writeFileSync(file, text)
  return readScrapeFile(file, { intervalMs: 15_000, timeoutMs: 10_000 }).value
}

/** One job with these lines. */
const job = (...lines: string[]) =>
  ['scrape_configs:', '- job_name: a', ...lines.map((line) => `  ${line}`)].join('\n')

const rule = (...lines: string[]) =>
  job('relabel_configs:', ...lines.map((line, i) => `${i === 0 ? '-' : ' '} ${line}`))

const refused: readonly (readonly [what: string, text: string, message: string])[] = [
  ['what is no YAML', 'a: [', ':1: Flow sequence'],
  ['an unknown section', 'scrape_config: []', ':1: there is no field "scrape_config"'],
  ['an unknown field', job('metric_path: /x'), ':2 scrape_configs[0]: there is no field'],
  ['a job without a name', 'scrape_configs: [{}]', 'scrape_configs[0].job_name: expected a text'],
  ['an empty name', 'scrape_configs: [{job_name: ""}]', 'job_name: expected a name'],
  ['two jobs of one name', 'scrape_configs: [{job_name: a}, {job_name: a}]', 'two jobs'],
  ['a list that is none', 'scrape_configs: {}', ':1 scrape_configs: expected a list'],
  ['a truth that is none', job('honor_labels: perhaps'), 'expected true or false, found "perhaps"'],
  ['a number that is none', job('sample_limit: many'), 'expected a whole number from 0'],
  ['a number below zero', job('sample_limit: -1'), 'expected a whole number from 0'],
  ['a duration that is none', job('scrape_interval: often'), 'a duration such as 15s'],
  ['a size that is none', job('body_size_limit: large'), 'expected a size such as 10MB'],
  ['a timeout above the interval', job('scrape_interval: 5s', 'scrape_timeout: 6s'), 'above its'],
  ['a target with a path', job('static_configs: [{targets: ["b/c"]}]'), '"b/c" is not a valid'],
  ['a label with an odd name', job('static_configs: [{labels: {a-b: c}}]'), 'a label name, found'],
  ['discovery without files', job('file_sd_configs: [{}]'), 'files: expected a list'],
  ['discovery of no files', job('file_sd_configs: [{files: []}]'), 'expected at least one path'],
  ['a file of another kind', job('file_sd_configs: [{files: [a.txt]}]'), '.json, .yml or .yaml'],
  ['a star in a folder', job('file_sd_configs: [{files: ["*/a.yml"]}]'), 'in its last part'],
  ['two logins', job('basic_auth: {username: a}', 'bearer_token: b'), 'at most one of basic_auth'],
  ['a login twice', job('basic_auth: {password: a, password_file: b}'), 'one of password and'],
  ['basic as authorization', job('authorization: {type: Basic}'), 'use basic_auth'],
  ['a certificate alone', job('tls_config: {cert_file: a}'), 'a certificate needs its key'],
  ['an unknown action', rule('action: swap'), 'relabel_configs[0].action: expected one of'],
  ['a broken regex', rule('regex: "("', 'target_label: a'), '"(" is no regular expression'],
  ['no target', rule('source_labels: [a]'), 'replace needs a target_label'],
  ['an odd target', rule('target_label: a-b'), '"a-b" is no label name'],
  ['hashmod without modulus', rule('action: hashmod', 'target_label: a'), 'needs a modulus'],
  [
    'labeldrop of values',
    rule('action: labeldrop', 'source_labels: [a]'),
    'takes no source_labels',
  ],
  [
    'lowercase with more',
    rule('action: lowercase', 'target_label: a', 'replacement: b'),
    'takes no',
  ],
  ['a map to no name', rule('action: labelmap', 'replacement: a-b'), '"a-b" is no label name'],
]

test.each(refused)('%s is refused with its place', (_, text, message) => {
  expect(() => read(text)).toThrow('Cannot use scrape configuration')
  expect(() => read(text)).toThrow(message)
})

test.each([
  [job('kubernetes_sd_configs: []'), 'name the targets in static_configs or file_sd_configs'],
  [job('oauth2: {}'), 'use authorization with a credentials_file'],
  [job('proxy_url: http://a'), 'proxies are not used'],
  [job('native_histogram_bucket_limit: 1'), 'native histograms are not kept'],
])('what Prometheus has and this has not is refused by name: %j', (text, remedy) => {
  expect(() => read(text)).toThrow(/field "\w+" is not supported/)
  expect(() => read(text)).toThrow(remedy)
})

const accepted: readonly string[] = [
  '',
  'global: {scrape_interval: 1m, external_labels: {a: b}}\nrule_files: [x.yml]',
  job('honor_labels: yes', 'honor_timestamps: false', 'scheme: https', 'metrics_path: /x'),
  job('params: {module: [a, b], "x[]": [c]}', 'sample_limit: 5', 'body_size_limit: 10MB'),
  job('label_limit: 1', 'label_name_length_limit: 2', 'label_value_length_limit: 3'),
  job('static_configs:', '- targets: [b:1, "[::1]:9"]', '  labels: {severity: 1, on: 2.50}'),
  job('file_sd_configs: [{files: [t/*.yml, u.json], refresh_interval: 1m}]'),
  job('authorization: {credentials_file: token}', 'tls_config: {insecure_skip_verify: true}'),
  job('basic_auth: {username: a, password: b}', 'follow_redirects: false', 'enable_http2: false'),
  rule('source_labels: [a, b]', 'target_label: "$1_x"', 'regex: (.+);(.*)'),
  rule('action: HashMod', 'source_labels: [a]', 'target_label: b', 'modulus: 3'),
  rule('action: keepequal', 'source_labels: [a]', 'target_label: b'),
]

test.each(accepted)('this is a configuration: %j', (text) => {
  expect(read(text).text).toBe(text)
})

const describePeer = hasPrometheus() ? describe : describe.skip
describePeer('beside promtool', () => {
  const check = (text: string) => {
    writeFileSync(file, text)
    for (const name of ['token', 'cert', 'x.yml']) writeFileSync(join(folder, name), '')
    return spawnSync('promtool', ['check', 'config', '--syntax-only', file]).status === 0
  }

  test.each(accepted)('it takes %j, too', (text) => expect(check(text)).toBe(true))

  test.each(refused)('it refuses %s, too', (_, text) => {
    expect(check(text)).toBe(false)
  })
})

test('what a job does not say comes from global, and what that does not say from settings', () => {
  const global = 'global: {scrape_interval: 5s, sample_limit: 7, label_limit: 8}\n'
  const { jobs } = read(`${global}scrape_configs: [{job_name: a, sample_limit: 9}, {job_name: b}]`)
  expect(jobs).toMatchObject([
    { intervalMs: 5000, timeoutMs: 5000, limits: { samples: 9, labels: 8 } },
    { intervalMs: 5000, timeoutMs: 5000, limits: { samples: 7, labels: 8 } },
  ])
  expect(read(job()).jobs).toMatchObject([{ intervalMs: 15_000, timeoutMs: 10_000 }])
  const { jobs: others } = read(job('scrape_interval: 5s'))
  expect(others).toMatchObject([{ intervalMs: 5000, timeoutMs: 5000 }])
})

test('label values are texts, whatever they look like', () => {
  const { jobs } = read(job('static_configs: [{targets: [b], labels: {a: 1.50, c: yes, d: 010}}]'))
  expect(jobs[0]?.groups[0]?.labels).toEqual({ a: '1.50', c: 'yes', d: '010' })
})

test('jobs of other files come, too; what has no effect is named', () => {
  mkdirSync(join(folder, 'more'), { recursive: true })
  writeFileSync(join(folder, 'more', 'b.yml'), 'scrape_configs: [{job_name: b}]')
  const text = `${job()}\nscrape_config_files: [more/*.yml]\nalerting: {}\nrule_files: [x]`
  const { jobs, unused } = read(text)
  expect(jobs.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(unused).toEqual(['alerting', 'rule_files'])
  writeFileSync(join(folder, 'more', 'b.yml'), job())
  expect(() => read(text)).toThrow('there are two jobs with the name "a"')
})

test('a file that is not there is said', () => {
  const missing = join(folder, 'missing.yml')
  const read = () => readScrapeFile(missing, { intervalMs: 1, timeoutMs: 1 })
  expect(read).toThrow(/Cannot use scrape configuration .*missing.yml: ENOENT/)
})

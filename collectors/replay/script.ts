/** A program as a shell script that replays recordings: quick to start, and nothing to install. */
import type { Answer, Mode } from './manifest.ts'

export interface Recordings {
  /** The whole path of a recording. */
  readonly pathOf: (output: string) => string
  /** Its exit status: what the program that was recorded ended with. */
  readonly exitOf: (output: string) => number
}

export function scriptOf(
  program: string,
  answers: readonly Answer[],
  recordings: Recordings,
): string {
  const rows = answers.map(
    (answer) =>
      `if has ${answer.when.map(quoted).join(' ')}; then\n${bodyOf(answer, recordings)}\nfi`,
  )
  return `${[head, lossOf(program), sleepOf(program), ...rows, 'lost'].join('\n')}\n`
}

const head = `#!/bin/sh
all=" $* "
for argument; do last=$argument; done
has() {
  for word; do case $all in *" $word "*) ;; *) return 1 ;; esac; done
}`

const version = '"json_format_version": [1, 0], "smartctl": {"version": [7, 3], '

const json = (message: string) =>
  `printf '{${version}"messages": [{"string": "${message}", "severity": "error"}], ' "$last"
  printf '"exit_status": 2}}\\n'
  exit 2`

/** What a device that is not there gets said of it. */
function lossOf(program: string): string {
  const said =
    program === 'smartctl'
      ? json('Smartctl open device: %s failed: No such device')
      : `echo "${program}: $last: No such device" >&2\n  exit 1`
  return `lost() {\n  ${said}\n}`
}

function sleepOf(program: string): string {
  if (program !== 'smartctl') return 'asleep() { lost; }'
  return `asleep() {\n  ${json('%s: Device is in STANDBY mode, exit(2)')}\n}`
}

function bodyOf({ output, exit, mode, seconds = 2 }: Answer, recordings: Recordings): string {
  const file = output === undefined ? undefined : quoted(recordings.pathOf(output))
  const status = exit ?? (output === undefined ? 0 : recordings.exitOf(output))
  if (file === undefined) return withoutOutput[mode ?? 'dead']
  const present = `[ -r ${file} ] || lost`
  const end = `exit ${status}`
  if (mode === 'truncated') return `${present}\nhead -c $(($(wc -c <${file}) / 2)) ${file}\n${end}`
  if (mode === 'slow') return `${present}\nsleep ${seconds}\ncat ${file}\n${end}`
  if (mode !== undefined) return withoutOutput[mode]
  return status === 0 ? `${present}\nexec cat ${file}` : `${present}\ncat ${file}\n${end}`
}

const withoutOutput: Readonly<Record<Mode, string>> = {
  hang: 'exec sleep 1000000',
  garbage: 'printf \'\\377\\376 panic: {"smartctl": at 0xdead\\n\'\nexit 0',
  dead: 'lost',
  asleep: 'asleep',
  slow: 'lost',
  truncated: 'lost',
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

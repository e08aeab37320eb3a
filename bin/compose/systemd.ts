/** Sockets that systemd listens on and hands over (sd_listen_fds(3)), as addresses to serve on. */
import { faultsOf } from '#lib/errors'

const systemdFault = faultsOf({
  SYSTEMD_SOCKETS_ABSENT: {
    status: 500,
    retry: false,
    message:
      'Cannot serve on sockets of systemd: it handed none over; start the program by a .socket unit, or leave out --web.systemd-socket',
  },
})

const firstSocket = 3

export function systemdAddresses(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): readonly string[] {
  const count = Number(env['LISTEN_FDS'] ?? 0)
  const isForUs = env['LISTEN_PID'] === String(pid)
  if (!isForUs || !Number.isSafeInteger(count) || count < 1)
    throw systemdFault('SYSTEMD_SOCKETS_ABSENT')
  return Array.from({ length: count }, (_, i) => `fd:${firstSocket + i}`)
}

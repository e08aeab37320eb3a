/** Flags of collectors of the host, in node_exporter's spelling. */
import { flag, optionalText, type Values } from '#lib/config'

export const hostSettings = {
  textfileDirectory: optionalText({
    name: 'collector.textfile.directory',
    help: 'Folder where other programs leave metrics in files *.prom; absent: none is read.',
  }),
  cpuInfo: flag({
    name: 'collector.cpu.info',
    default: false,
    help: 'Whether to say who each processor is: node_cpu_info.',
  }),
}

/** What the collectors call them. */
export const hostOptions = ({ textfileDirectory, cpuInfo }: Values<typeof hostSettings>) => ({
  textfileFolder: textfileDirectory,
  cpuInfo,
})

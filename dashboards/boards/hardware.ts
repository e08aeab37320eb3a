/** What hosts are made of: fans, supplies, memory, RAID controllers, and what they complain of. */
import { board } from '../board.ts'
import { bars } from '../forms/bars.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { states, words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { anyBad, anyOf, limits } from '../limits.ts'
import { ofCluster, ofHost } from '../select.ts'
import { ageColumn, badUnlessSilent, unlessSilent } from '../silence.ts'
import { bottom, top } from '../top.ts'

const by = 'by (cluster, instance)'
const wordsOfState = words([0, 'ok', 'green'], [1, 'warning', 'orange'], [2, 'critical', 'red'])

const wrong = (metric: string) => `${metric}{state!~"ok|unknown",${ofHost}}`
const wrongInRaid =
  '{__name__=~"zstone_raid_(controller|volume|member|battery)_state",' +
  `state!~"optimal|spare|ready|charging|unknown",${ofHost}}`
const count = (selector: string, all: string) => `sum(${selector}) or 0 * max(${all}{${ofHost}})`

/** How many of each host; 0 is known only of one that speaks. */
const ofEach = (selector: string, all: string) =>
  `sum ${by} (${selector}) or 0 * ${unlessSilent(`max ${by} (${all}{${ofHost}})`)}`

/** 0 ok, 1 warning, 2 critical: the words that sensors have. */
const worst = (metric: string, by: string) =>
  `max by (cluster, instance, ${by}) (2 * ${metric}{state="critical",${ofHost}} ` +
  `or 1 * ${metric}{state="warning",${ofHost}} or 0 * ${metric}{state="ok",${ofHost}})`

/** Of what is one of many, only what was not well in the time that is shown. */
const notWell = (state: string) =>
  `${state} and (max_over_time((${state})[$__range:$__rate_interval] @ end()) > 0)`

const highlights = [
  figure({
    title: 'Sensors that complain',
    description: 'Sensors of management controllers that say warning or critical.',
    unit: 'short',
    expr: count(wrong('zstone_bmc_sensor_state'), 'zstone_bmc_sensor_state'),
    limit: anyBad('BmcSensorAlarm'),
    empty: 'no controller',
  }),
  figure({
    title: 'Power supplies not well',
    description: 'A second one that fails turns the host off.',
    unit: 'short',
    expr: count(wrong('zstone_bmc_power_supply_state'), 'zstone_bmc_power_supply_state'),
    limit: anyBad('PowerSupplyFailed'),
    empty: 'no controller',
  }),
  figure({
    title: 'RAID parts not well',
    description: 'Volumes, members, batteries and controllers that are not as they should be.',
    unit: 'short',
    expr: count(wrongInRaid, 'zstone_raid_controller_state'),
    limit: anyOf('RaidVolumeDegraded'),
    empty: 'no controller',
  }),
  figure({
    title: 'Memory errors',
    description: 'Errors within a day that memory could not correct: the module has to go.',
    unit: 'short',
    expr: `sum(increase(node_edac_uncorrectable_errors_total{${ofHost}}[1d]))`,
    limit: anyBad('MemoryErrorsUncorrected'),
    empty: 'not counted',
  }),
  figure({
    title: 'PCI links degraded',
    description: 'Cards and disks whose link has fewer lanes or less speed than both ends can do.',
    unit: 'short',
    expr: `sum(zstone_pcidevice_link_degraded{${ofHost}})`,
    limit: anyOf('PciLinkDegraded'),
    empty: 'not known',
  }),
  figure({
    title: 'Power',
    description: 'Watts that all hosts draw, as their management controllers measure.',
    unit: 'watt',
    expr: `sum(zstone_bmc_power_watts{${ofHost}})`,
    empty: 'no controller',
    leadsTo: 'stor-hosts',
  }),
  table({
    title: 'Hosts, those that complain first',
    description: 'What each host is, and how many of its parts are not well.',
    labels: {
      instance: 'Host',
      product_name: 'Product',
      product_serial: 'Serial',
      bios_version: 'BIOS',
    },
    columns: [
      {
        expr: `max by (cluster, instance, product_name, product_serial, bios_version) (node_dmi_info{${ofHost}})`,
      },
      {
        title: 'Sensors',
        expr: ofEach(wrong('zstone_bmc_sensor_state'), 'zstone_bmc_sensor_state'),
        limit: anyBad('BmcSensorAlarm'),
      },
      {
        title: 'Supplies',
        expr: ofEach(wrong('zstone_bmc_power_supply_state'), 'zstone_bmc_power_supply_state'),
        limit: anyBad('PowerSupplyFailed'),
      },
      {
        title: 'RAID',
        expr: ofEach(wrongInRaid, 'zstone_raid_controller_state'),
        limit: anyOf('RaidVolumeDegraded'),
      },
      {
        title: 'PCI',
        expr: badUnlessSilent(`sum ${by} (zstone_pcidevice_link_degraded{${ofHost}})`, '> 0'),
        limit: anyOf('PciLinkDegraded'),
      },
      { title: 'Events', expr: `max ${by} (zstone_bmc_events{${ofHost}})` },
      {
        title: 'Log used',
        expr: unlessSilent(`max ${by} (zstone_bmc_events_used_ratio{${ofHost}})`),
        unit: 'percentunit',
        limit: limits.eventLog,
      },
      {
        title: 'Power',
        expr: unlessSilent(`max ${by} (zstone_bmc_power_watts{${ofHost}})`),
        unit: 'watt',
      },
      {
        title: 'ECC corrected',
        expr: `sum ${by} (node_edac_correctable_errors_total{${ofHost}})`,
      },
      ageColumn(),
    ],
    order: `sum ${by} ({__name__=~"zstone_bmc_(sensor|power_supply)_state",state!~"ok|unknown",${ofHost}} or ${wrongInRaid}) or 0 * max ${by} (node_dmi_info{${ofHost}})`,
    of: 'host',
    leadsTo: 'stor-hosts',
    empty: 'no host says what it is',
  }),
]

const sensors = [
  states({
    title: 'Sensors',
    description: 'The worst sensor of each kind on each host; those that were well are left out.',
    expr: notWell(worst('zstone_bmc_sensor_state', 'kind')),
    legend: '{{instance}} {{kind}}',
    words: wordsOfState,
    limit: { alert: 'BmcSensorAlarm' },
    of: 'host',
    empty: 'none complained',
  }),
  states({
    title: 'Power supplies',
    description: 'As the management controller judges each; those that were well are left out.',
    expr: notWell(worst('zstone_bmc_power_supply_state', 'supply')),
    legend: '{{instance}} {{supply}}',
    words: wordsOfState,
    limit: { alert: 'PowerSupplyFailed' },
    of: 'host',
    empty: 'none complained',
  }),
  course({
    title: 'Temperatures by management controllers',
    description: 'The hottest sensors. All of a host: its fans; all of a rack: the room.',
    unit: 'celsius',
    expr: top(unlessSilent(`node_ipmi_temperature_celsius{${ofHost}}`)),
    legend: '{{instance}} {{sensor}}',
    limit: { alert: 'NodeHot' },
    of: 'host',
    empty: 'no controller',
  }),
  course({
    title: 'Nearest to their critical heat',
    description: 'Degrees that chips have left until the limit that they themselves name.',
    unit: 'celsius',
    expr: bottom(
      'min by (cluster, instance, chip) ' +
        `(${unlessSilent(`node_hwmon_temp_crit_celsius{${ofHost}} - node_hwmon_temp_celsius{${ofHost}}`)})`,
    ),
    legend: '{{instance}} {{chip}}',
    limit: { alert: 'SensorAlarm' },
    of: 'host',
    empty: 'no chip names a limit',
  }),
  bars({
    title: 'Slowest fans',
    description: 'A fan that stands still shows 0.',
    unit: 'rotrpm',
    expr: `bottomk($topk, ${unlessSilent(`node_ipmi_speed_rpm{${ofHost}} or node_hwmon_fan_rpm{${ofHost}}`)})`,
    legend: '{{instance}} {{sensor}}',
    of: 'host',
    empty: 'no fans that speak',
  }),
  course({
    title: 'Power',
    description: 'Watts of each host.',
    unit: 'watt',
    expr: top(unlessSilent(`zstone_bmc_power_watts{${ofHost}}`)),
    legend: '{{instance}}',
    of: 'host',
    empty: 'no controller',
  }),
  table({
    title: 'Newest events',
    description: 'The last line of the event log of each management controller.',
    labels: { instance: 'Host', time: 'Time', sensor: 'Sensor', event: 'Event' },
    columns: [
      {
        expr: `max by (cluster, instance, time, sensor, event) (zstone_bmc_event_newest_info{${ofHost}})`,
      },
    ],
    sortBy: 'Time',
    of: 'host',
    leadsTo: 'stor-hosts',
    empty: 'no events',
  }),
]

const raid = [
  table({
    title: 'RAID controllers, volumes, batteries',
    description: 'Our word for the state, and that of the tool beside.',
    labels: {
      instance: 'Host',
      tool: 'Tool',
      controller: 'Controller',
      volume: 'Volume',
      battery: 'Battery',
      state: 'State',
      said: 'As it says',
    },
    columns: [
      {
        expr: `max by (cluster, instance, tool, controller, volume, battery, state, said) ({__name__=~"zstone_raid_(controller|volume|battery)_state",${ofHost}})`,
      },
    ],
    sortBy: '-State',
    height: 7,
    of: 'host',
    empty: 'no controller',
    leadsTo: 'stor-disks',
  }),
  table({
    title: 'Members of RAID volumes',
    description: 'Disks behind RAID controllers, and how far one is rebuilt.',
    labels: {
      instance: 'Host',
      controller: 'Controller',
      member: 'Member',
      state: 'State',
      said: 'As it says',
    },
    columns: [
      {
        expr: `max by (cluster, instance, controller, member, state, said) (zstone_raid_member_state{${ofHost}})`,
      },
      {
        title: 'Rebuilt',
        expr: `max by (cluster, instance, controller, member) (zstone_raid_member_progress_ratio{${ofHost}})`,
        unit: 'percentunit',
      },
      {
        title: 'Errors',
        expr: `sum by (cluster, instance, controller, member) (zstone_raid_member_errors_total{${ofHost}})`,
        limit: anyOf('RaidMemberFailing'),
      },
    ],
    sortBy: '-State',
    of: 'host',
    empty: 'no controller',
    leadsTo: 'stor-disks',
  }),
  states({
    title: 'Software RAID',
    description: 'Arrays of the kernel that had a member missing; the others are left out.',
    expr: notWell(`max by (cluster, instance, device) (node_md_degraded{${ofHost}} > bool 0)`),
    legend: '{{instance}} {{device}}',
    words: words([0, 'whole', 'green'], [1, 'degraded', 'orange']),
    limit: { alert: 'MdArrayDegraded' },
    of: 'host',
    empty: 'all are whole',
  }),
]

const place = 'cluster, instance, segment, bus, device, function'
const link = `max by (${place})`
const degraded = `zstone_pcidevice_link_degraded{${ofHost}} == 1`
const ofDegraded = (metric: string, unit = 1) =>
  `${link} (${metric}{${ofHost}} / ${unit} and on (${place}) ${degraded})`

const links = [
  table({
    title: 'PCI links',
    description: 'Each link that is narrower or slower than it could be: reseat the card.',
    labels: {
      instance: 'Host',
      segment: 'Segment',
      bus: 'Bus',
      device: 'Device',
      function: 'Function',
    },
    columns: [
      { title: 'Degraded', expr: `${link} (${degraded})`, limit: anyOf('PciLinkDegraded') },
      { title: 'Lanes', expr: ofDegraded('node_pcidevice_current_link_width'), unit: 'none' },
      { title: 'Lanes possible', expr: ofDegraded('node_pcidevice_max_link_width'), unit: 'none' },
      {
        title: 'GT/s',
        expr: ofDegraded('node_pcidevice_current_link_transfers_per_second', 1e9),
        unit: 'none',
      },
      {
        title: 'GT/s possible',
        expr: ofDegraded('node_pcidevice_max_link_transfers_per_second', 1e9),
        unit: 'none',
      },
    ],
    sortBy: '-Host',
    of: 'host',
    empty: 'none is degraded',
    leadsTo: 'stor-hosts',
  }),
  table({
    title: 'Firmware',
    description: 'More than one row for a product: an upgrade is half done.',
    labels: { product_name: 'Product', bios_version: 'BIOS', bios_date: 'Of' },
    columns: [
      {
        title: 'Hosts',
        expr: `count by (cluster, product_name, bios_version, bios_date) (node_dmi_info{${ofCluster}})`,
      },
    ],
    sortBy: '-Product',
    height: 5,
    empty: 'no host says what it is',
    leadsTo: 'stor-hosts',
  }),
]

export const hardwareBoard = () =>
  board({
    uid: 'stor-hardware',
    title: 'Hardware',
    description: 'Fans, supplies, memory, RAID controllers, and what they complain of.',
    variables: ['host', 'topk'],
    rows: { Highlights: highlights, Sensors: sensors, RAID: raid, 'PCI and firmware': links },
  })

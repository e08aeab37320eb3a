/** Letters of zones that the runtime's English has not, or has otherwise than the tz database. */

type Row = readonly [letters: string, hours: number, zones: string]

const africa = (names: string) => names.replace(/\S+/g, 'Africa/$&')

const rows: readonly Row[] = [
  ['WAT', 1, africa('Bangui Brazzaville Douala Kinshasa Lagos Libreville Luanda Malabo')],
  ['WAT', 1, africa('Ndjamena Niamey Porto-Novo')],
  ['CAT', 2, africa('Blantyre Bujumbura Gaborone Harare Juba Khartoum Kigali Lubumbashi')],
  ['CAT', 2, africa('Lusaka Maputo Windhoek')],
  ['SAST', 2, africa('Johannesburg Maseru Mbabane')],
  ['EET', 2, 'Africa/Cairo'],
  ['EEST', 3, 'Africa/Cairo'],
  ['EAT', 3, africa('Addis_Ababa Asmara Asmera Dar_es_Salaam Djibouti Kampala Mogadishu Nairobi')],
  ['EAT', 3, 'Indian/Antananarivo Indian/Comoro Indian/Mayotte'],
  ['HST', -10, 'America/Adak'],
  ['HDT', -9, 'America/Adak'],
  ['MST', -7, 'America/Dawson America/Hermosillo America/Mazatlan America/Whitehorse'],
  ['CST', -5, 'America/Havana'],
  ['CDT', -4, 'America/Havana'],
  ['SST', -11, 'Pacific/Midway Pacific/Pago_Pago'],
  ['ChST', 10, 'Pacific/Guam Pacific/Saipan'],
  ['IST', 2, 'Asia/Jerusalem Asia/Tel_Aviv'],
  ['IDT', 3, 'Asia/Jerusalem Asia/Tel_Aviv'],
  ['PKT', 5, 'Asia/Karachi'],
  ['IST', 5.5, 'Asia/Calcutta Asia/Kolkata'],
  ['WIB', 7, 'Asia/Jakarta Asia/Pontianak'],
  ['WITA', 8, 'Asia/Makassar'],
  ['WIT', 9, 'Asia/Jayapura'],
  ['CST', 8, 'Asia/Chongqing Asia/Macau Asia/Shanghai Asia/Taipei PRC'],
  ['HKT', 8, 'Asia/Hong_Kong'],
  ['PST', 8, 'Asia/Manila'],
  ['JST', 9, 'Asia/Tokyo Japan'],
  ['KST', 9, 'Asia/Pyongyang Asia/Seoul'],
  ['MSK', 3, 'Europe/Kirov Europe/Moscow Europe/Simferopol Europe/Volgograd'],
  ['BST', 1, 'Europe/Guernsey Europe/Isle_of_Man Europe/Jersey'],
  ['IST', 1, 'Europe/Dublin'],
  // Numbers in the tz database, whatever English calls them.
  ['+04', 4, 'Asia/Dubai Asia/Muscat'],
  ['+08', 8, 'Antarctica/Casey'],
  ['+00', 0, 'Antarctica/Troll'],
  ['+0845', 8.75, 'Australia/Eucla'],
  ['+1030', 10.5, 'Australia/Lord_Howe'],
  ['+11', 11, 'Australia/Lord_Howe'],
  ['+1245', 12.75, 'Pacific/Chatham'],
  ['+1345', 13.75, 'Pacific/Chatham'],
  ['-03', -3, 'America/Miquelon'],
  ['-02', -2, 'America/Miquelon'],
]

const known = new Map(
  rows.flatMap(([letters, hours, zones]) =>
    zones.split(' ').map((zone) => [`${zone} ${hours * 3600}`, letters] as const),
  ),
)

export const lettersOf = (zone: string, offsetSeconds: number) =>
  known.get(`${zone} ${offsetSeconds}`)

/**
 * What the counters of each network driver mean: which are errors, which are drops of the hardware,
 * which of the software. No two drivers agree, hence a table: to add a driver, add a row.
 *
 * Errors are those of frames that came broken; drops are whole frames that were lost for want of
 * room. A frame that a filter did not want is neither.
 */

/** Counters to be added up: names as `ethtool -S` prints them. */
export type Terms = readonly (string | RegExp)[]

export interface DriverCounters {
  /** As the kernel calls the driver. */
  readonly driver: string
  /** Counters by which it is known where nobody tells its name: any of them is enough. */
  readonly signs: Terms
  /** A counter that it must have as well: kernels before had another meaning. */
  readonly needs?: string
  readonly rxErrors: Terms
  readonly txErrors: Terms
  readonly rxDropsHardware: Terms
  readonly rxDropsSoftware: Terms
  readonly txDrops: Terms
  /** Of the drops of its hardware, those that it adds to `rx_dropped` of the kernel as well. */
  readonly heldInRxDropped?: Terms
}

/** What most drivers mean, and what is said of one that has no row. */
export const commonCounters: Omit<DriverCounters, 'driver' | 'signs'> = {
  rxErrors: ['rx_errors'],
  txErrors: ['tx_errors'],
  rxDropsHardware: ['rx_missed_errors', 'rx_missed', 'port.rx_dropped', /^rx_queue_\d+_drops$/],
  rxDropsSoftware: ['rx_dropped', 'rx_drops'],
  txDrops: ['tx_dropped', 'tx_drops', 'tx_discards'],
}

const bnxtErrors = {
  rxErrors: [
    'rx_fcs_err_frames',
    'rx_align_err_frames',
    'rx_ovrsz_frames',
    'rx_undrsz_frames',
    'rx_jbr_frames',
    'rx_runt_frames',
    'rx_false_carrier_frames',
  ],
  txErrors: ['tx_err', 'tx_fcs_err_frames', 'tx_jabber_frames'],
}

const i40e = {
  driver: 'i40e',
  signs: ['port.fdir_atr_match', 'port.fdir_flush_cnt', 'port.VF_admin_queue_requests'],
  rxErrors: ['rx_errors', 'port.rx_length_errors'],
  txDrops: ['tx_dropped', 'port.tx_dropped_link_down'],
}

const rows: readonly (Partial<DriverCounters> & Pick<DriverCounters, 'driver' | 'signs'>)[] = [
  {
    driver: 'mlx5_core',
    signs: ['rx_packets_phy', 'rx_out_of_buffer'],
    rxErrors: [
      'rx_crc_errors_phy',
      'rx_in_range_len_errors_phy',
      'rx_out_of_range_len_phy',
      'rx_oversize_pkts_phy',
    ],
    txErrors: ['tx_errors_phy'],
    rxDropsHardware: ['rx_out_of_buffer', 'rx_discards_phy'],
    rxDropsSoftware: ['rx_oversize_pkts_sw_drop', 'rx_wqe_err'],
    txDrops: ['tx_discards_phy', 'tx_queue_dropped'],
    heldInRxDropped: ['rx_out_of_buffer'],
  },
  {
    driver: 'mlx4_en',
    signs: ['vport_rx_unicast_packets', 'rx_alloc_pages'],
    rxDropsHardware: ['rx_dropped', 'rx_over_errors', 'rx_fifo_errors'],
    rxDropsSoftware: [],
    heldInRxDropped: ['rx_dropped'],
  },
  {
    // Newer kernels count what the hardware missed apart from rx_dropped.
    ...i40e,
    needs: 'rx_missed_errors',
    rxDropsHardware: ['rx_missed_errors', 'port.rx_dropped'],
    rxDropsSoftware: ['rx_dropped'],
  },
  {
    ...i40e,
    rxDropsHardware: ['rx_dropped', 'port.rx_dropped'],
    rxDropsSoftware: [],
    heldInRxDropped: ['rx_dropped'],
  },
  {
    driver: 'ice',
    signs: ['rx_dropped.nic'],
    rxErrors: [
      'rx_crc_errors.nic',
      'illegal_bytes.nic',
      'rx_length_errors.nic',
      'rx_undersize.nic',
      'rx_fragments.nic',
      'rx_oversize.nic',
      'rx_jabber.nic',
    ],
    txErrors: ['tx_errors.nic'],
    rxDropsHardware: ['rx_dropped', 'rx_dropped.nic'],
    rxDropsSoftware: [],
    txDrops: ['tx_dropped_link_down.nic'],
    heldInRxDropped: ['rx_dropped'],
  },
  {
    driver: 'ixgbe',
    signs: ['rx_no_dma_resources', 'hw_rsc_aggregated'],
    rxDropsHardware: ['rx_missed_errors', 'rx_no_dma_resources'],
  },
  {
    // All its counters but those of queues are those of the virtual function.
    driver: 'iavf',
    signs: ['tx-0.packets'],
    rxErrors: [],
    rxDropsHardware: ['rx_discards'],
    rxDropsSoftware: [],
    heldInRxDropped: ['rx_discards'],
  },
  {
    // The totals hold what rings lost that are gone by now, hence more than the sum of the rings.
    driver: 'bnxt_en',
    signs: ['rx_total_ring_discards'],
    ...bnxtErrors,
    rxDropsHardware: ['rx_total_ring_discards', 'rx_stat_discard'],
    rxDropsSoftware: ['rx_total_oom_discards', 'rx_total_netpoll_discards'],
    txDrops: ['tx_total_ring_discards', 'tx_stat_discard'],
  },
  {
    // Without totals, as older kernels have it.
    driver: 'bnxt_en',
    signs: ['rx_stat_discard', '[0]: rx_l4_csum_errors'],
    ...bnxtErrors,
    rxDropsHardware: [/^\[\d+\]: rx_discards$/, 'rx_stat_discard'],
    rxDropsSoftware: [],
    txDrops: [/^\[\d+\]: tx_discards$/, 'tx_stat_discard'],
  },
  {
    driver: 'bnx2x',
    signs: ['rx_brb_discard', 'rx_phy_ip_err_discards'],
    rxErrors: ['rx_crc_errors', 'rx_align_errors', 'rx_undersize_packets', 'rx_oversize_packets'],
    txErrors: ['tx_carrier_errors', 'tx_mac_errors'],
    rxDropsHardware: ['rx_discards', 'rx_brb_discard'],
    rxDropsSoftware: ['rx_skb_alloc_discard'],
  },
  {
    driver: 'bnx2',
    signs: ['rx_ftq_discards', 'rx_fw_discards'],
    rxErrors: [
      'rx_crc_errors',
      'rx_align_errors',
      'rx_fragments',
      'rx_jabbers',
      'rx_undersize_packets',
      'rx_oversize_packets',
    ],
    txErrors: ['tx_mac_errors', 'tx_carrier_errors'],
    rxDropsHardware: ['rx_discards', 'rx_fw_discards', 'rx_ftq_discards'],
    rxDropsSoftware: [],
  },
  {
    driver: 'tg3',
    signs: ['rxbds_empty', 'mbuf_lwm_thresh_hit'],
    txErrors: ['tx_errors', 'tx_mac_errors', 'tx_carrier_sense_errors'],
    rxDropsHardware: ['rx_discards'],
    rxDropsSoftware: [],
  },
  {
    driver: 'igc',
    signs: ['rx_lpi_counter', 'tx_lpi_counter'],
    rxDropsHardware: ['rx_missed_errors', /^rx_queue_\d+_drops$/],
    rxDropsSoftware: ['rx_dropped'],
  },
  {
    driver: 'igb',
    signs: ['os2bmc_rx_by_bmc'],
    rxDropsHardware: ['rx_missed_errors', /^rx_queue_\d+_drops$/],
    rxDropsSoftware: ['rx_dropped'],
  },
  {
    driver: 'e1000e',
    signs: ['rx_header_split', 'uncorr_ecc_errors'],
    rxDropsHardware: ['rx_missed_errors'],
    rxDropsSoftware: [],
  },
  {
    driver: 'r8169',
    signs: ['tx_underrun'],
    rxDropsHardware: ['rx_missed'],
    txDrops: ['tx_aborted'],
  },
  {
    driver: 'sfc',
    signs: ['port_rx_nodesc_drops', 'rx_noskb_drops'],
    rxErrors: ['port_rx_bad'],
    txErrors: ['port_tx_bad', 'tx_bad'],
    rxDropsHardware: [
      'port_rx_nodesc_drops',
      'port_rx_overflow',
      'port_rx_dp_q_disabled_packets',
      'port_rx_dp_di_dropped_packets',
      /^port_rx_pm_discard_(bb_overflow|vfifo_full|qbb)$/,
    ],
    rxDropsSoftware: ['rx_noskb_drops'],
    txDrops: ['tx_overflow'],
    heldInRxDropped: ['port_rx_nodesc_drops'],
  },
  {
    driver: 'be2net',
    signs: ['rx_drops_no_pbuf', 'rxpp_fifo_overflow_drop'],
    rxErrors: [
      'rx_crc_errors',
      'rx_alignment_symbol_errors',
      'rx_in_range_errors',
      'rx_out_range_errors',
      'rx_frame_too_long',
      /^rx_dropped_(too_small|too_short|header_too_small|tcp_length|runt)$/,
    ],
    txErrors: [/^txq\d+: tx_(dma|hdr_parse|internal_parity|tso|qinq|spoof_check)_err$/],
    rxDropsHardware: [
      /^rx_drops_(no_pbuf|no_erx_descr|no_tpre_descr|too_many_frags|mtu)$/,
      /^(rxpp|rx_input|pmem)_fifo_overflow_drop$/,
      'eth_red_drops',
      /^rxq\d+: rx_drops_no_frags$/, // The card had fetched none, as none was there.
    ],
    rxDropsSoftware: [/^rxq\d+: rx_drops_no_skbs$/],
    txDrops: [/^txq\d+: tx_drv_drops$/],
    heldInRxDropped: [/^rxq\d+: rx_drops_no_frags$/],
  },
  {
    driver: 'fsl_dpaa2_eth',
    signs: ['[hw] rx nobuffer discards'],
    rxErrors: ['[mac] rx frame errors', '[mac] rx align errors'],
    txErrors: ['[mac] tx frame errors'],
    rxDropsHardware: [
      '[hw] rx discarded frames',
      '[hw] rx nobuffer discards',
      '[mac] rx frame discards',
    ],
    rxDropsSoftware: [],
    txDrops: ['[hw] tx discarded frames', '[hw] tx rejected frames'],
  },
  {
    driver: 'ena',
    signs: ['ena_admin_q_submitted_cmd', 'queue_0_rx_refil_partial'],
    rxErrors: [/^queue_\d+_rx_(bad_csum|csum_bad|bad_desc_num|bad_req_id)$/],
    txErrors: [/^queue_\d+_tx_(bad_req_id|dma_mapping_err|prepare_ctx_err)$/],
    rxDropsHardware: ['rx_drops'],
    rxDropsSoftware: [/^queue_\d+_rx_skb_alloc_fail$/],
  },
  {
    driver: 'vmxnet3',
    signs: ['drv dropped rx total'],
    rxErrors: ['pkts rx err'],
    txErrors: ['pkts tx err'],
    rxDropsHardware: ['pkts rx OOB'],
    rxDropsSoftware: ['drv dropped rx total'],
    txDrops: ['pkts tx discard', 'drv dropped tx total'],
  },
  {
    driver: 'qede',
    signs: ['no_buff_discards', 'brb_discards'],
    rxErrors: ['rx_crc_errors', 'rx_align_errors', 'rx_oversize_packets', 'rx_undersize_packets'],
    rxDropsHardware: ['no_buff_discards', 'brb_discards', 'packet_too_big_discard'],
    txDrops: ['tx_err_drop_pkts'],
  },
  { driver: 'enic', signs: ['rx_no_bufs'], rxDropsHardware: ['rx_no_bufs', 'rx_drop'] },
  {
    driver: 'cxgb4',
    signs: ['rx_bg0_frames_dropped'],
    rxErrors: ['rx_fcs_errors', 'rx_length_errors', 'rx_symbol_errors', 'rx_runt_frames'],
    txErrors: ['tx_error_frames'],
    rxDropsHardware: [/^rx_bg\d_frames_dropped$/],
    txDrops: ['tx_frames_dropped'],
  },
  {
    driver: 'hns3',
    signs: ['mac_rx_fcs_err_pkt_num'],
    rxErrors: [/^mac_rx_(fcs_err|fragment|undermin|jabber)_pkt_num$/],
    txErrors: ['mac_tx_err_all_pkt_num'],
    rxDropsHardware: [],
    rxDropsSoftware: [/^rxq#?\d+_(rx_)?dropped$/],
    txDrops: [/^txq#?\d+_(tx_)?dropped$/],
  },
  {
    driver: 'nfp',
    signs: ['dev_rx_discards'],
    rxErrors: ['dev_rx_errors'],
    txErrors: ['dev_tx_errors'],
    rxDropsHardware: ['dev_rx_discards'],
    txDrops: ['dev_tx_discards'],
  },
  {
    driver: 'st_gmac',
    signs: ['mmc_rx_crc_error'],
    rxErrors: [/^mmc_rx_(crc|align|run|jabber|length)_error$/],
    txErrors: ['mmc_tx_underflow_error', 'mmc_tx_carrier_error'],
    rxDropsHardware: ['mmc_rx_fifo_overflow'],
  },
  { driver: 'hv_netvsc', signs: ['rx_no_memory'], rxDropsSoftware: ['rx_no_memory'] },
  {
    driver: 'atlantic',
    signs: ['InDroppedDma'],
    rxErrors: ['InErrors'],
    txErrors: ['OutErrors'],
    rxDropsHardware: ['InDroppedDma'],
  },
  {
    // Drops of a queue happen in the guest: the host says nothing of its own.
    driver: 'virtio_net',
    signs: ['rx_queue_0_kicks', 'rx0_kicks'],
    rxDropsHardware: [],
    rxDropsSoftware: [/^rx(_queue_)?\d+_drops$/],
    txDrops: [/^tx(_queue_)?\d+_(xdp_tx_)?drops$/],
  },
]

export const driverCounters: readonly DriverCounters[] = rows.map((row) => ({
  ...commonCounters,
  ...row,
}))

/** Whether `rx_dropped` of the kernel may hold what the hardware lost as well. */
export const mixesDrops = (driver: string | undefined) =>
  driverCounters.some((row) => row.driver === driver && row.heldInRxDropped !== undefined)

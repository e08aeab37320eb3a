/** Who a disk is: SAS disks call their firmware a revision. */
export const identity = (of: string) =>
  `label_replace(smartctl_device{${of}}, "firmware_version", "$1", "scsi_revision", "(.+)")`

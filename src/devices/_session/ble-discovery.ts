/** Which of the boards that advertise are this driver's. */
import {
  asSynapseError,
  type BleAdvertisement,
  type DiscoverContext,
  type FoundDevice,
} from '../../signal/index.ts'

export async function discoverBle(
  driver: string,
  { transports }: DiscoverContext,
  isOurs: (advertisement: BleAdvertisement) => boolean,
): Promise<readonly FoundDevice[]> {
  try {
    const heard = await transports.ble.scan()
    return heard.filter(isOurs).map(({ address, name, rssiDbm }) => ({
      driver,
      address,
      name: name || address,
      detail: rssiDbm === null ? address : `${address} · ${rssiDbm} dBm`,
    }))
  } catch (cause) {
    // The same words for every driver: the host shows them once.
    const problem = asSynapseError(cause, 'looking for Bluetooth devices').note
    return [{ driver, address: '', name: 'Bluetooth', problem }]
  }
}

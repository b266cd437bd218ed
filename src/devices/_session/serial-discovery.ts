/** Which of the serial ports may be this driver's: by the USB ids of its bridges. */
import { asSynapseError, type DiscoverContext, type FoundDevice } from '../../signal/index.ts'

export async function discoverSerial(
  driver: string,
  name: string,
  { transports }: DiscoverContext,
  vendorIds: readonly string[],
): Promise<readonly FoundDevice[]> {
  try {
    const ports = await transports.serial.list()
    return ports
      .filter(({ vendorId }) => vendorId !== undefined && vendorIds.includes(vendorId))
      .map(({ path, serialNumber, problem }) => ({
        driver,
        address: path,
        name: `${name}?`,
        detail: [path, serialNumber].filter(Boolean).join(' · '),
        ...(problem ? { problem } : {}),
      }))
  } catch (cause) {
    const problem = asSynapseError(cause, 'listing the serial ports').note
    return [{ driver, address: '', name, problem }]
  }
}

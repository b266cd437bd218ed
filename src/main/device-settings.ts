/**
 * Options of a device that is open: what can be changed while samples flow is changed so, for the
 * rest it is opened anew. How a change stands in a recording is in docs/recording.md.
 */
import { parseOptions, SynapseError } from '../signal/index.ts'
import { knownDriver } from './drivers.ts'
import type { AcquisitionHost } from './host.ts'
import { changedOptions, type Options } from './setting-markers.ts'

/**
 * @param change the options that shall be other than they are
 * @returns the id under which the device is open from then on
 * @throws SynapseError unknown-device, bad-option, not-ready, settings-fixed, and what the device says
 */
export async function configureDevice(
  host: AcquisitionHost,
  id: string,
  change: Options,
): Promise<string> {
  const link = host.links.find((each) => each.id === id)
  if (!link) throw new SynapseError('unknown-device', `setting ${id}: it is not open`)
  const { name, address, live } = link
  const driver = knownDriver(host.drivers, link.driver)
  const before = link.options
  const wanted = parseOptions(driver.id, driver.options, { ...before, ...change }) as Options
  const changed = changedOptions(before, wanted)
  if (changed.length === 0) return id
  const fixed = changed.filter((option) => !live.includes(option))
  if (fixed.length === 0) {
    await link.configure(wanted)
    return id
  }
  if (host.isRecording) {
    const what = fixed.join(', ')
    throw new SynapseError('settings-fixed', `setting ${what} of ${name}: a recording runs`)
  }
  await host.close(id)
  try {
    return await host.open(driver.id, address, wanted)
  } catch (error) {
    // As it was is better than not at all; what was wrong with the new ones is told.
    await host.open(driver.id, address, before).catch(() => {})
    throw error
  }
}

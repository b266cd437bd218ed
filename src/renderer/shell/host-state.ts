/** One line on how host and devices are, the worst first. */
import type { DeviceEntry, Setup } from '../../contract/index.ts'
import type { LinkState } from '../host/host-link.ts'

export interface HostState {
  readonly level: 'quiet' | 'good' | 'warning' | 'fault'
  readonly text: string
}

const troubled: Partial<Record<DeviceEntry['link'], string>> = {
  stalled: 'is silent',
  reconnecting: 'is reconnecting',
}

export function hostState(link: LinkState, setup: Setup | null): HostState {
  if (link.kind === 'away') {
    return { level: 'fault', text: 'The host went away; looking for it' }
  }
  if (link.kind === 'connecting' || !setup) return { level: 'quiet', text: 'Looking for the host' }
  const { devices } = setup
  const ill = devices.find((device) => troubled[device.link])
  if (ill) return { level: 'fault', text: `${ill.name} ${troubled[ill.link]}` }
  const opening = devices.find((device) => device.link === 'opening')
  if (opening) return { level: 'quiet', text: `Opening ${opening.name}` }
  const streaming = devices.filter((device) => device.link === 'streaming')
  if (streaming.length === 1) return { level: 'good', text: `${streaming[0]!.name} is streaming` }
  if (streaming.length) return { level: 'good', text: `${streaming.length} devices are streaming` }
  const ended = devices.find((device) => device.link === 'ended')
  if (ended) return { level: 'warning', text: `${ended.name} has come to its end` }
  return { level: 'quiet', text: 'No device is open' }
}

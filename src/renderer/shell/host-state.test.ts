import { describe, expect, it } from 'vitest'
import type { DeviceEntry, Setup } from '../../contract/index.ts'
import { hostState } from './host-state.ts'

const open = { kind: 'open', attempts: 0 } as const

function setupWith(...devices: Pick<DeviceEntry, 'name' | 'link'>[]): Setup {
  return { devices } as unknown as Setup
}

describe('the state in the status bar', () => {
  it('says first that the host is away', () => {
    const state = hostState({ kind: 'away', attempts: 3 }, setupWith())
    expect(state).toEqual({ level: 'fault', text: 'The host went away; looking for it' })
  })

  it('names the device that has fallen silent, whatever the others do', () => {
    const setup = setupWith({ name: 'Muse', link: 'streaming' }, { name: 'Cyton', link: 'stalled' })
    expect(hostState(open, setup)).toEqual({ level: 'fault', text: 'Cyton is silent' })
  })

  it('counts devices that stream', () => {
    const one = { name: 'Cyton', link: 'streaming' } as const
    expect(hostState(open, setupWith(one)).text).toBe('Cyton is streaming')
    expect(hostState(open, setupWith(one, one)).text).toBe('2 devices are streaming')
  })

  it('is quiet where nothing is open', () => {
    expect(hostState(open, setupWith())).toEqual({ level: 'quiet', text: 'No device is open' })
    expect(hostState(open, null).text).toBe('Looking for the host')
  })
})

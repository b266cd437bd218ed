/** The devices: what is open and how it is, what can be opened, and a way to open by hand. */
import './devices.css'
import { useState } from 'react'
import type { DeviceEntry, FoundDeviceEntry } from '../../../contract/index.ts'
import { addressKey } from '../../state/discovery.ts'
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { FoundDevice } from './found-device.tsx'
import { type Draft, OpenByHand } from './open-by-hand.tsx'
import { OpenDevice } from './open-device.tsx'
import { SendAndReceive } from './send-and-receive.tsx'

export function DevicesPanel() {
  const { discovery, link } = useWorkbench()
  const setup = useSetup()
  const { found, looking, trouble } = useStore(discovery.state)
  const linked = useStore(link.state).kind === 'open'
  const [draft, setDraft] = useState<Draft | null>(null)
  const devices = setup?.devices ?? []
  const drivers = setup?.drivers ?? []
  const free = notOpen(found ?? [], devices)
  return (
    <>
      <div className="panel-head">
        <h2>Devices</h2>
        <button
          type="button"
          className="button plain small"
          disabled={looking || !linked}
          onClick={() => void discovery.look()}
        >
          <Icon name="look" size={14} />
          {looking ? 'Looking …' : 'Look again'}
        </button>
      </div>
      <div className="panel-body">
        {devices.length > 0 && (
          <>
            <h3 className="section-head">Open</h3>
            <ul>
              {devices.map((device) => (
                <OpenDevice key={device.id} device={device} />
              ))}
            </ul>
          </>
        )}
        <h3 className="section-head">Found</h3>
        {trouble && <Trouble {...trouble} />}
        <ul>
          {free.map((device) => (
            <FoundDevice
              key={addressKey(device)}
              device={device}
              onOptions={() => setDraft({ driver: device.driver, address: device.address })}
            />
          ))}
        </ul>
        {free.length === 0 && <p className="nothing-found dim">{nothingFound(found, looking)}</p>}
        <h3 className="section-head">Other</h3>
        <OpenByHand drivers={drivers} draft={draft} onDraft={setDraft} />
        <h3 className="section-head">Send and receive</h3>
        <SendAndReceive />
      </div>
    </>
  )
}

/** A synthetic board has no address, and can be opened more than once. */
function notOpen(found: readonly FoundDeviceEntry[], devices: readonly DeviceEntry[]) {
  const open = new Set(devices.map(addressKey))
  return found.filter((device) => !device.address || !open.has(addressKey(device)))
}

function nothingFound(found: readonly FoundDeviceEntry[] | null, looking: boolean): string {
  if (looking || !found) return 'Looking at ports and boards …'
  return 'Nothing more. Plug a device in, then look again.'
}

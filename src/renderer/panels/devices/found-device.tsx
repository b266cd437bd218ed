/** A device that can be opened, or what stands in the way. */
import type { FoundDeviceEntry } from '../../../contract/index.ts'
import { addressKey } from '../../state/discovery.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'

interface FoundDeviceProps {
  readonly device: FoundDeviceEntry
  readonly onOptions: () => void
}

export function FoundDevice({ device, onOptions }: FoundDeviceProps) {
  const { discovery } = useWorkbench()
  const { opening, troubles } = useStore(discovery.state)
  const { name, detail, problem, driver, address } = device
  const busy = opening.has(addressKey(device))
  const trouble = problem ?? troubles.get(addressKey(device))
  return (
    <li className="device found">
      <div className="device-line">
        <div className="device-name">
          <span className="name">{name}</span>
          {detail && <span className="detail">{detail}</span>}
        </div>
        <button
          type="button"
          className="button plain small square"
          aria-label={`Options of ${name}`}
          title="Open with other options"
          onClick={onOptions}
        >
          <Icon name="options" size={14} />
        </button>
        {!problem && (
          <button
            type="button"
            className="button primary small"
            aria-label={`Connect ${name}`}
            disabled={busy}
            onClick={() => void discovery.open({ driver, address })}
          >
            {busy ? 'Opening …' : 'Connect'}
          </button>
        )}
      </div>
      {trouble && <Trouble {...trouble} level={problem ? 'warning' : 'fault'} />}
    </li>
  )
}

/** Where traces will be: says what to do next to see them. */
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { Icon } from '../../ui/icon.tsx'

export function EmptyScreen() {
  const { link } = useWorkbench()
  const setup = useSetup()
  const { kind } = useStore(link.state)
  const devices = setup?.devices ?? []
  if (kind === 'away') {
    return (
      <Words title="The host went away">
        This page looks for it and goes on by itself as soon as it is back. What was recorded is
        safe.
      </Words>
    )
  }
  if (!setup)
    return <Words title="Looking for the host">Traces appear as soon as it answers.</Words>
  const opening = devices.find((device) => device.link === 'opening')
  if (opening) {
    return <Words title={`Opening ${opening.name}`}>Traces appear as soon as it streams.</Words>
  }
  if (devices.length > 0) {
    return (
      <Words title="No signal to draw">The open devices stream nothing that can be drawn.</Words>
    )
  }
  return <FirstSteps />
}

function Words({ title, children }: { title: string; children: string }) {
  return (
    <div className="empty">
      <div className="empty-words">
        <h3>{title}</h3>
        <p className="dim">{children}</p>
      </div>
    </div>
  )
}

function FirstSteps() {
  const { discovery } = useWorkbench()
  const { opening } = useStore(discovery.state)
  const board = { driver: 'synthetic', address: '' }
  return (
    <div className="empty">
      <div className="empty-words">
        <h3>No device is open</h3>
        <ol>
          <li>
            <span className="step">1</span>
            <span>
              Connect a device in the list on the left. Without hardware at hand, begin with made-up
              signals:
              <button
                type="button"
                className="button primary"
                disabled={opening.size > 0}
                onClick={() => void discovery.open(board)}
              >
                <Icon name="play" size={14} />
                Try the synthetic board
              </button>
            </span>
          </li>
          <li>
            <span className="step">2</span>
            <span>Read the quality beside every channel until all are good.</span>
          </li>
          <li>
            <span className="step">3</span>
            <span>
              Press <kbd>R</kbd> to record, <kbd>M</kbd> to mark an event. <kbd>?</kbd> shows all
              keys.
            </span>
          </li>
        </ol>
      </div>
    </div>
  )
}

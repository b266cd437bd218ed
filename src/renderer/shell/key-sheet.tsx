/** The keys, on a sheet over the inspector's side: it takes no focus and stops nothing. */
import { toggleKeys } from '../state/actions.ts'
import { keyBindings } from '../state/key-map.ts'
import { usePreferences, useView, useWorkbench } from '../state/workbench.ts'
import { Icon } from '../ui/icon.tsx'

const groups = ['Recording', 'View', 'Channels', 'Window'] as const

export function KeySheet() {
  const workbench = useWorkbench()
  const { inspectorOpen, inspectorWidth } = usePreferences()
  const { keysShown } = useView()
  if (!keysShown) return null
  const width = inspectorOpen ? inspectorWidth - 16 : undefined
  return (
    <aside className="key-sheet" aria-label="Keys" style={{ width }}>
      <header>
        <h2>Keys</h2>
        <button
          type="button"
          className="button plain small square"
          aria-label="Hide keys"
          onClick={() => toggleKeys(workbench)}
        >
          <Icon name="close" />
        </button>
      </header>
      {groups.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {keyBindings
              .filter((binding) => binding.group === group)
              .map(({ shown, does }) => (
                <div key={shown}>
                  <dt>
                    <kbd>{shown}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </aside>
  )
}

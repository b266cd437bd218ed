/** The keys, on a sheet over the inspector's side: it takes no focus and stops nothing. */
import './key-sheet.css'
import { toggleKeys } from '../state/actions.ts'
import { keyBindings } from '../state/key-map.ts'
import { reviewKeys } from '../state/review-keys.ts'
import { sidesShown } from '../state/side-panels.ts'
import { usePreferences, useView, useWorkbench } from '../state/workbench.ts'
import { Icon } from '../ui/icon.tsx'
import { useWindowWidth } from '../ui/use-window-width.ts'

const groups = ['Recording', 'View', 'Channels', 'Window'] as const

export function KeySheet() {
  const workbench = useWorkbench()
  const { inspectorWidth, centre, ...kept } = usePreferences()
  const sides = sidesShown(useWindowWidth(), { inspectorWidth, ...kept })
  const { keysShown } = useView()
  if (!keysShown) return null
  const sections =
    centre === 'review'
      ? [{ group: 'Review', bindings: reviewKeys }, ...others(['View', 'Channels'])]
      : others([])
  const width = sides.inspector ? inspectorWidth - 16 : undefined
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
      {sections.map(({ group, bindings }) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {bindings.map(({ shown, does }) => (
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

/** All groups but these, whose keys do something else in the panel that is shown. */
function others(without: readonly string[]) {
  return groups
    .filter((group) => !without.includes(group))
    .map((group) => ({ group, bindings: keyBindings.filter((each) => each.group === group) }))
}

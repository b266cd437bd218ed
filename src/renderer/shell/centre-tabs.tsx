/** Which panel stands in the centre. There is nothing to choose where only one could. */
import './centre-tabs.css'
import { panelCatalog } from '../panels/catalog.ts'
import { useWorkbench } from '../state/workbench.ts'

export function CentreTabs({ chosen }: { readonly chosen: string }) {
  const { preferences } = useWorkbench()
  const panels = panelCatalog.filter(({ place }) => place === 'centre')
  if (panels.length < 2) return null
  return (
    <nav className="centre-tabs" aria-label="In the centre">
      {panels.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          className="centre-tab"
          aria-current={id === chosen ? 'page' : undefined}
          onClick={() => preferences.patch({ centre: id })}
        >
          {title}
        </button>
      ))}
    </nav>
  )
}

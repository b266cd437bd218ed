/** Which of many channels are on the screen, and the way to the others. */
import { pageCount, pageText } from '../../frames/rows.ts'
import { turnPage } from '../../state/actions.ts'
import { useView, useWorkbench } from '../../state/workbench.ts'
import { Icon } from '../../ui/icon.tsx'

export function Paging({ rows }: { rows: number }) {
  const workbench = useWorkbench()
  const pages = pageCount(rows)
  const page = Math.min(useView().page, pages - 1)
  if (pages === 1)
    return <span className="dim">{rows === 1 ? '1 channel' : `${rows} channels`}</span>
  return (
    <span className="paging">
      <button
        type="button"
        className="button plain"
        aria-label="Channels before"
        disabled={page === 0}
        onClick={() => turnPage(workbench, -1)}
      >
        <Icon name="up" size={12} />
      </button>
      <span title={pageText(rows, page)}>{pageText(rows, page).replace('Channels ', '')}</span>
      <button
        type="button"
        className="button plain"
        aria-label="Channels after"
        disabled={page === pages - 1}
        onClick={() => turnPage(workbench, 1)}
      >
        <Icon name="chevron" size={12} />
      </button>
    </span>
  )
}

/** What went wrong and what to do about it, to stand beside what caused it. */
import { Icon } from './icon.tsx'

interface TroubleProps {
  readonly message: string
  readonly remedy: string
  readonly level?: 'warning' | 'fault'
  readonly id?: string
}

export function Trouble({ message, remedy, level = 'fault', id }: TroubleProps) {
  return (
    <div className={`trouble ${level}`} role="alert" id={id}>
      <Icon name={level === 'fault' ? 'fault' : 'triangle'} size={14} />
      <span>{message}</span>
      <span className="remedy">{remedy}</span>
    </div>
  )
}

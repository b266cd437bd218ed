/** Keeps a defect in one panel from taking the others with it: the recording does not care. */
import { Component, type ReactNode } from 'react'
import { reasonOf } from '../../signal/index.ts'
import { Trouble } from '../ui/trouble.tsx'

interface PanelGuardProps {
  readonly title: string
  readonly children: ReactNode
}

interface PanelGuardState {
  readonly reason: string | null
}

export class PanelGuard extends Component<PanelGuardProps, PanelGuardState> {
  override state: PanelGuardState = { reason: null }

  static getDerivedStateFromError(error: unknown): PanelGuardState {
    return { reason: reasonOf(error) }
  }

  override render(): ReactNode {
    const { reason } = this.state
    if (reason === null) return this.props.children
    return (
      <div className="broken">
        <Trouble
          message={`drawing "${this.props.title}": ${reason}`}
          remedy="This is a defect of the program; recording goes on. Draw the panel again, and report it."
        />
        <button type="button" className="button" onClick={() => this.setState({ reason: null })}>
          Draw again
        </button>
      </div>
    )
  }
}

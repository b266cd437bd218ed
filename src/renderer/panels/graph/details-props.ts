/** What is handed to the details of a box. */
import type { GraphMeters, GraphShape, GraphSummary } from '../../../contract/index.ts'

export interface DetailsProps {
  readonly shape: GraphShape
  readonly state: GraphSummary['state']
  /** The newest last; the first one is about a second older. */
  readonly history: readonly GraphMeters[]
  /** Key of a box. */
  readonly selected: string | null
}

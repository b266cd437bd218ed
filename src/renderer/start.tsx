/** The page itself: builds the workbench, draws it, and looks for the host. */
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { openChannel } from './host/open-channel.ts'
import { followTheme } from './shell/theme.ts'
import { newWorkbench } from './state/new-workbench.ts'
import { WorkbenchProvider } from './state/workbench.ts'

const workbench = newWorkbench(openChannel, window.localStorage)
followTheme(workbench.preferences)
createRoot(document.getElementById('root')!).render(
  <WorkbenchProvider value={workbench}>
    <App />
  </WorkbenchProvider>,
)
void workbench.link.connect()

/** The desktop app's entry: the only module that asks for Electron itself. */
import * as electron from 'electron'
import { openHost } from '../open-host.ts'
import { startTelemetry } from '../telemetry.ts'
import { declareScheme, openDesktop } from './desktop.ts'

const { app } = electron
if (!app.requestSingleInstanceLock()) app.quit()
else {
  declareScheme(electron)
  await app.whenReady()
  const telemetry = await startTelemetry()
  app.on('will-quit', () => void telemetry.end())
  const host = openHost()
  openDesktop(electron, host)
  if (process.argv.includes('--demo')) await host.open('synthetic', '', {})
}

/** A D-Bus of our own, on which somebody else than BlueZ may be BlueZ. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SynapseError } from '../../signal/index.ts'

/** Ends the daemon when its input ends, so that it does not outlive whoever started it. */
const script = '"$0" --nofork --nopidfile --config-file="$1" --print-address=1 & read -r _; kill $!'

const configuration = (socket: string) => `<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

export interface PrivateBus {
  readonly address: string
  close(): Promise<void>
}

/** @throws SynapseError setup-needed where there is no dbus-daemon */
export async function openPrivateBus(): Promise<PrivateBus> {
  const folder = mkdtempSync(join(tmpdir(), 'synapse-bus-'))
  const config = join(folder, 'bus.conf')
  writeFileSync(config, configuration(join(folder, 'bus')))
  const child = spawn('sh', ['-c', script, 'dbus-daemon', config], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })
  const close = async () => {
    child.stdin?.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return { address: await addressOf(child), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The first line that the daemon prints. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    let complaint = ''
    const failed = () =>
      reject(
        new SynapseError(
          'setup-needed',
          `starting dbus-daemon: ${complaint.trim() || 'it ended'}`,
          {
            remedy: 'Install it (Debian: sudo apt-get install dbus), then try again. Linux only.',
          },
        ),
      )
    child.stdout?.on('data', (data) => {
      printed += data
      if (printed.includes('\n')) resolve(printed.split('\n')[0]!)
    })
    child.stderr?.on('data', (data) => {
      complaint += data
      // The script goes on waiting where the daemon could not be found.
      if (/not found|No such file/.test(complaint)) failed()
    })
    child.on('error', failed)
    child.on('close', failed)
  })
}

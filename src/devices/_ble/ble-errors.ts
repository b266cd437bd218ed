/** What stands in the way of Bluetooth, in words that say what to do. */
import { type ErrorCode, reasonOf, SynapseError } from '../../signal/index.ts'

const startBluez =
  'Install BlueZ and start it (Debian: sudo apt-get install bluez, then sudo systemctl start bluetooth).'
const joinGroup =
  'Add yourself to the group that may use Bluetooth (Debian: sudo usermod -aG bluetooth $USER), then log in again.'
const switchOn =
  'Switch Bluetooth on (in the system’s settings, or with: rfkill unblock bluetooth; bluetoothctl power on), then try again.'

/** First rule whose words the system used. */
const rules: readonly (readonly [RegExp, ErrorCode, string, string?])[] = [
  [
    /ServiceUnknown|NameHasNoOwner|not provided by any|could not (activate|find)/i,
    'bluetooth-missing',
    'BlueZ is not running',
    startBluez,
  ],
  [
    /AccessDenied|EACCES|NotAuthorized|not authorized|permission denied/i,
    'bluetooth-denied',
    'permission denied',
    joinGroup,
  ],
  [/ENOENT|ECONNREFUSED|unknown bus/i, 'bluetooth-missing', 'there is no system bus', startBluez],
  [/no adapter/i, 'bluetooth-missing', 'there is no Bluetooth adapter'],
  [/poweredOff|NotReady|not ready|powered off/i, 'bluetooth-off', 'it is switched off', switchOn],
  [/unauthorized/i, 'bluetooth-denied', 'this program may not use it'],
  [/unsupported/i, 'bluetooth-missing', 'there is no Bluetooth adapter that is low-energy'],
]

/** @param doing a gerund that names the thing: `looking for Bluetooth devices` */
export function bleError(doing: string, cause: unknown): SynapseError {
  if (cause instanceof SynapseError) return cause
  const type = (cause as { type?: unknown } | null)?.type
  const reason = `${typeof type === 'string' ? `${type}: ` : ''}${reasonOf(cause)}`
  for (const [words, code, what, remedy] of rules) {
    if (words.test(reason)) {
      return new SynapseError(code, `${doing}: ${what}`, { cause, ...(remedy ? { remedy } : {}) })
    }
  }
  return new SynapseError('bluetooth-failed', `${doing}: ${reason}`, { cause })
}

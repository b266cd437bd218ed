/** Every driver there is, and every emulator: a folder and a line here. */
import type { DeviceDriver } from '../signal/index.ts'
import type { DeviceEmulator } from './_emulator/emulator.ts'
import { bitalinoEmulator } from './bitalino/emulator.ts'
import { bitalino } from './bitalino/index.ts'
import { chordsEmulator } from './chords/emulator.ts'
import { chords } from './chords/index.ts'
import { lslEmulator } from './lsl/emulator.ts'
import { lsl } from './lsl/index.ts'
import { exploreEmulator } from './mentalab-explore/emulator.ts'
import { mentalabExplore } from './mentalab-explore/index.ts'
import { midi } from './midi/index.ts'
import { museEmulator } from './muse/emulator.ts'
import { muse } from './muse/index.ts'
import { athenaEmulator } from './muse-athena/emulator.ts'
import { museAthena } from './muse-athena/index.ts'
import { thinkgearEmulator } from './neurosky-thinkgear/emulator.ts'
import { neuroskyThinkgear } from './neurosky-thinkgear/index.ts'
import { npgEmulator } from './npg-lite/emulator.ts'
import { npgLite } from './npg-lite/index.ts'
import { cytonEmulator } from './openbci-cyton/emulator.ts'
import { openbciCyton } from './openbci-cyton/index.ts'
import { ganglionEmulator } from './openbci-ganglion/emulator.ts'
import { openbciGanglion } from './openbci-ganglion/index.ts'
import { wifiEmulator } from './openbci-wifi/emulator.ts'
import { openbciWifi } from './openbci-wifi/index.ts'
import { osc } from './osc/index.ts'
import { replay } from './replay/index.ts'
import { serialBoard } from './serial-board/index.ts'
import { synthetic } from './synthetic/index.ts'
import { triggerEmulator } from './trigger-serial/emulator.ts'
import { triggerSerial } from './trigger-serial/index.ts'
import { udp } from './udp/index.ts'
import { websocket } from './websocket/index.ts'

const drivers: readonly DeviceDriver[] = [
  synthetic,
  openbciCyton,
  openbciGanglion,
  openbciWifi,
  muse,
  museAthena,
  npgLite,
  chords,
  bitalino,
  neuroskyThinkgear,
  mentalabExplore,
  serialBoard,
  lsl,
  osc,
  udp,
  websocket,
  triggerSerial,
  midi,
  replay,
]
const emulators: readonly DeviceEmulator[] = [
  cytonEmulator,
  ganglionEmulator,
  wifiEmulator,
  museEmulator,
  athenaEmulator,
  npgEmulator,
  chordsEmulator,
  bitalinoEmulator,
  thinkgearEmulator,
  exploreEmulator,
  lslEmulator,
  triggerEmulator,
]

export const deviceCatalog: ReadonlyMap<string, DeviceDriver> = new Map(
  drivers.map((driver) => [driver.id, driver]),
)

export const emulatorCatalog: ReadonlyMap<string, DeviceEmulator> = new Map(
  emulators.map((emulator) => [emulator.id, emulator]),
)

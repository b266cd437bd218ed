/** MIDI notes and controllers as markers: from a MIDI port of the system, or as bytes on a serial port. */
import type { DeviceDriver } from '../../signal/index.ts'
import { MarkerSession, type OpenLink } from '../_session/marker-session.ts'
import { MidiReader } from './notes.ts'
import { type MidiOptions, midiOptions } from './options.ts'
import { isRawPort, listRawPorts, openRawPort } from './raw-port.ts'

export const midi: DeviceDriver<MidiOptions> = {
  id: 'midi',
  title: 'MIDI input',
  help: 'Notes and controllers are markers; the address is a MIDI port of ALSA, or a serial port.',
  address: { kind: 'port', label: 'Port', example: '/dev/snd/midiC1D0, /dev/ttyUSB0, COM3 …' },
  options: midiOptions,
  discover: async () => listRawPorts(),
  open(address, options, context) {
    const { clock, transports } = context
    const openLink: OpenLink = isRawPort(address)
      ? (listener) => openRawPort(address, clock, listener)
      : (listener) => transports.serial.open(address, options.baudRate, listener)
    return MarkerSession.open(address, context, openLink, new MidiReader(context.out, options))
  },
}

/** Which key does what: the one table behind the keyboard and the sheet that explains it. */
import * as actions from './actions.ts'
import type { Workbench } from './workbench.ts'

export interface KeyBinding {
  /** As `KeyboardEvent.key` names them, lower case. */
  readonly keys: readonly string[]
  /** As the sheet shows them. */
  readonly shown: string
  readonly group: 'Recording' | 'View' | 'Channels' | 'Window'
  readonly does: string
  readonly run: (workbench: Workbench, key: string) => void
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

export const keyBindings: readonly KeyBinding[] = [
  {
    keys: ['r'],
    shown: 'R',
    group: 'Recording',
    does: 'Start or stop recording',
    run: actions.toggleRecording,
  },
  {
    keys: ['m'],
    shown: 'M',
    group: 'Recording',
    does: 'Mark with the label above',
    run: (workbench) => actions.mark(workbench),
  },
  {
    keys: digits,
    shown: '1 … 9',
    group: 'Recording',
    does: 'Mark with this digit',
    run: (workbench, key) => actions.mark(workbench, key),
  },
  {
    keys: [' '],
    shown: 'Space',
    group: 'View',
    does: 'Pause the view only',
    run: actions.togglePause,
  },
  {
    keys: ['+', '='],
    shown: '+',
    group: 'View',
    does: 'Larger traces',
    run: (workbench) => actions.stepScale(workbench, -1),
  },
  {
    keys: ['-'],
    shown: '−',
    group: 'View',
    does: 'Smaller traces',
    run: (workbench) => actions.stepScale(workbench, 1),
  },
  {
    keys: ['arrowright', '.'],
    shown: '→',
    group: 'View',
    does: 'More seconds',
    run: (workbench) => actions.stepTimeBase(workbench, 1),
  },
  {
    keys: ['arrowleft', ','],
    shown: '←',
    group: 'View',
    does: 'Fewer seconds',
    run: (workbench) => actions.stepTimeBase(workbench, -1),
  },
  {
    keys: ['n'],
    shown: 'N',
    group: 'View',
    does: 'Negative up or down',
    run: ({ preferences }) => preferences.patch({ negativeUp: !preferences.get().negativeUp }),
  },
  {
    keys: ['arrowup'],
    shown: '↑',
    group: 'Channels',
    does: 'Channel above',
    run: (workbench) => actions.moveSelection(workbench, -1),
  },
  {
    keys: ['arrowdown'],
    shown: '↓',
    group: 'Channels',
    does: 'Channel below',
    run: (workbench) => actions.moveSelection(workbench, 1),
  },
  {
    keys: ['pageup'],
    shown: 'PgUp',
    group: 'Channels',
    does: '64 channels back',
    run: (workbench) => actions.turnPage(workbench, -1),
  },
  {
    keys: ['pagedown'],
    shown: 'PgDn',
    group: 'Channels',
    does: '64 channels on',
    run: (workbench) => actions.turnPage(workbench, 1),
  },
  {
    keys: ['d'],
    shown: 'D',
    group: 'Window',
    does: 'Devices panel',
    run: (workbench) => actions.toggleSide(workbench, 'devices'),
  },
  {
    keys: ['i'],
    shown: 'I',
    group: 'Window',
    does: 'Inspector panel',
    run: (workbench) => actions.toggleSide(workbench, 'inspector'),
  },
  {
    keys: ['t'],
    shown: 'T',
    group: 'Window',
    does: 'Save a trace of 5 s',
    run: actions.saveTrace,
  },
  {
    keys: ['?'],
    shown: '?',
    group: 'Window',
    does: 'These keys',
    run: actions.toggleKeys,
  },
  {
    keys: ['escape'],
    shown: 'Esc',
    group: 'Window',
    does: 'Hide these keys',
    run: ({ view }) => view.patch({ keysShown: false }),
  },
]

function bindingOf(key: string): KeyBinding | undefined {
  return keyBindings.find(({ keys }) => keys.includes(key.toLowerCase()))
}

export interface KeyPress {
  readonly key: string
  readonly repeat: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** What holds the focus: a text being typed, a list or a control with keys of its own, or nothing. */
export type FocusKind = 'typing' | 'list' | 'control' | 'none'

/** Keys that what holds the focus needs itself. */
const ownKeys: Record<Exclude<FocusKind, 'typing'>, ReadonlySet<string>> = {
  none: new Set(),
  control: new Set([' ', 'enter']),
  list: new Set([
    ...digits,
    ' ',
    'enter',
    'escape',
    'arrowup',
    'arrowdown',
    'arrowleft',
    'arrowright',
    'pageup',
    'pagedown',
    '-',
    '+',
  ]),
}
/** A key that is held down repeats only where that does no harm. */
const repeatable = new Set(['arrowup', 'arrowdown', 'pageup', 'pagedown', '+', '=', '-'])

/** The binding that a key press means, given where the focus is. */
export function bindingFor(press: KeyPress, focus: FocusKind): KeyBinding | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined
  const key = press.key.toLowerCase()
  if (focus === 'typing') return key === 'escape' ? bindingOf(key) : undefined
  if (ownKeys[focus].has(key)) return undefined
  if (press.repeat && !repeatable.has(key)) return undefined
  return bindingOf(key)
}

/** Every command there is: a file and a line here. */
import type { Command } from '../command.ts'
import { bids } from './bids.ts'
import { convert } from './convert.ts'
import { devices } from './devices.ts'
import { emulate } from './emulate.ts'
import { graph } from './graph.ts'
import { impedance } from './impedance.ts'
import { info } from './info.ts'
import { latency } from './latency.ts'
import { nodes } from './nodes.ts'
import { record } from './record.ts'
import { repair } from './repair.ts'
import { replay } from './replay.ts'
import { report } from './report.ts'
import { run } from './run.ts'
import { serve } from './serve.ts'
import { sessions } from './sessions.ts'
import { stream } from './stream.ts'
import { verify } from './verify.ts'

export const commands: ReadonlyMap<string, Command> = new Map(
  [
    devices,
    impedance,
    latency,
    record,
    stream,
    info,
    verify,
    repair,
    report,
    convert,
    bids,
    replay,
    sessions,
    run,
    graph,
    nodes,
    serve,
    emulate,
  ].map((command) => [command.name, command]),
)

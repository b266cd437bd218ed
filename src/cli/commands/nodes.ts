/** `synapse nodes`: the reference of all processing nodes, made from their own descriptions. */
import { nodeCatalog } from '../../nodes/catalog.ts'
import { type NodeDefinition, optionsJsonSchema, SynapseError } from '../../signal/index.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { optionLines } from '../option-values.ts'

export const nodes: Command = {
  name: 'nodes',
  usage: '[NODE]',
  help: 'Lists the kinds of nodes that a graph may use; of one, its ports and options.',
  options: [],
  async run(args) {
    const { values, positionals } = readArguments('nodes', args, {
      json: { type: 'boolean', default: false },
    })
    const [id, more] = positionals
    if (more !== undefined) throw badOption('nodes', `"${more}" is one argument too many`)
    const chosen = id === undefined ? [...nodeCatalog.values()] : [known(id)]
    if (values.json) printJson(chosen.map(described))
    else if (id === undefined) process.stdout.write(chosen.map(line).join(''))
    else process.stdout.write(page(chosen[0]!))
    return 0
  },
}

function known(id: string): NodeDefinition {
  const definition = nodeCatalog.get(id)
  if (definition) return definition
  throw new SynapseError('unknown-command', `explaining the node "${id}": there is none`, {
    remedy: 'Run "synapse nodes" for the list.',
  })
}

function described({ id, title, help, inputs, outputs, options }: NodeDefinition) {
  return { id, title, help, inputs, outputs, options: optionsJsonSchema(options) }
}

function line({ id, help }: NodeDefinition): string {
  return `${id.padEnd(26)} ${help}\n`
}

function page({ id, title, help, inputs, outputs, options }: NodeDefinition): string {
  const ports = (ports: NodeDefinition['inputs']) =>
    ports.map((port) => `  ${port.name}  ${port.help}`)
  const chosen = optionLines(optionsJsonSchema(options), 'json').map(
    ([name, text]) => `  ${name}  ${text}`,
  )
  return [
    `${title} (${id})`,
    help,
    'Inputs:',
    ...ports(inputs),
    'Outputs:',
    ...ports(outputs),
    ...(chosen.length ? ['Options:', ...chosen] : []),
    '',
  ].join('\n')
}

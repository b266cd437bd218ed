const inThreads = [
  ...['signal', 'kernels', 'ring', 'graph', 'nodes', 'inference', 'sandbox', 'store'],
  ...['sinks', 'formats', 'lsl', 'network'],
]
const inHost = [...inThreads, 'sessions', 'devices', 'contract', 'workers']

// One table is the architecture: each room lists the rooms that it may import.
const ROOMS = {
  signal: [],
  kernels: [],
  ring: ['signal'],
  graph: ['signal'],
  formats: ['signal', 'kernels'],
  lsl: ['signal'],
  network: ['signal'],
  inference: ['signal'],
  sandbox: ['signal'],
  store: ['signal'],
  sessions: ['signal'],
  contract: ['signal'],
  devices: ['signal', 'formats', 'lsl', 'network'],
  nodes: ['signal', 'kernels'],
  sinks: ['signal', 'formats', 'lsl', 'network'],
  workers: inThreads,
  main: inHost,
  renderer: ['signal', 'contract'],
  cli: [...inHost, 'main'],
}

const pure = '^src/(signal|graph|nodes|kernels)/'
const plugins = '^src/(devices|nodes|sinks|renderer/panels)/([^/]+)/'
const test = '[.]test[.]tsx?$'
const source = { pathNot: test } // a test may open any door

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'nothing'}`,
  comment: `src/${room} may import only: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { ...source, path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'no-unknown-room',
      comment: 'add the new room to ROOMS on purpose',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(ROOMS).join('|')})/` },
      to: {},
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'knock-at-the-door',
      comment: 'enter another room through its index.ts or catalog.ts',
      severity: 'error',
      from: { ...source, path: '^src/([^/]+)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', '^src/[^/]+/(index|catalog)[.]ts$'] },
    },
    {
      name: 'plugins-are-strangers',
      comment:
        'one driver, node, sink or panel never imports another; shared parts live in a _folder',
      severity: 'error',
      from: { ...source, path: plugins },
      to: { path: '^src/$1/', pathNot: ['^src/$1/$2/', '^src/$1/_[^/]+/'] },
    },
    {
      name: 'pure-rooms-touch-no-runtime',
      severity: 'error',
      from: { ...source, path: pure },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-only-in-main-electron',
      severity: 'error',
      from: { ...source, path: '^src/', pathNot: '^src/main/electron/' },
      to: { path: '(^|/)node_modules/electron/|^electron$' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { ...source, path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-dead-files',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [test, '[.]d[.]ts$', '^src/kernels/assembly/'],
      },
      to: {},
    },
    {
      name: 'no-test-in-source',
      severity: 'error',
      from: { ...source, path: '^src/' },
      to: { path: [test, '^test/'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/kernels/assembly/' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
}

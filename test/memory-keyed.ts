/** What nodes of a graph under test keep by key: in memory, gone with it. */
import { type FlushedKeyed, MemoryTable, newGraphKeyed, type Table } from '../src/store/index.ts'

export function memoryKeyed(table: Table = new MemoryTable()): FlushedKeyed {
  return newGraphKeyed(table, { name: 'test', epochSeconds: 0 })
}

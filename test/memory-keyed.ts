/** What nodes of a graph under test keep by key: in memory, gone with it. */
import { type LiveKeyed, MemoryTable, newGraphKeyed, type Table } from '../src/store/index.ts'

export function memoryKeyed(table: Table = new MemoryTable()): LiveKeyed {
  return newGraphKeyed(table, { name: 'test', epochSeconds: 0 })
}

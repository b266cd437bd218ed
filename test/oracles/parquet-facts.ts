/** What `parquet_facts.py` answers: Parquet as pyarrow and DuckDB read it. */
import { askOracle } from './oracle.ts'

interface ParquetTable {
  readonly rows: number
  readonly columns: Readonly<Record<string, readonly number[]>>
}

export interface ParquetFacts {
  readonly pyarrow: ParquetTable
  readonly duckdb: ParquetTable
  readonly metadata: string
  readonly events: readonly {
    readonly type: string
    readonly value: number | null
    readonly stream: string | null
    readonly lost_samples: number | null
  }[]
}

/** @param files the file of a stream, and that of the events, or nothing */
export function askParquetReaders(
  files: readonly { readonly path: string; readonly events: string }[],
): Promise<ParquetFacts[]> {
  return askOracle('parquet_facts.py', { files })
}

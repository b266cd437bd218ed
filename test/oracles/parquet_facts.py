"""What others read from Parquet. Request on stdin: {"files": [{"path", "events"}]}.

Columns through pyarrow and through DuckDB, the key-value metadata through pyarrow, the rows of the
file of events (where its path is not empty) through DuckDB.
"""

import json
import sys

import duckdb
import pyarrow.parquet as pq


def by_pyarrow(path):
    table = pq.read_table(path)
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    return {"rows": table.num_rows, "columns": columns}


def by_duckdb(path):
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [path])
    names = [each[0] for each in found.description]
    rows = found.fetchall()
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return {"rows": len(rows), "columns": columns}


def rows_of(path):
    if not path:
        return []
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [path])
    names = [each[0] for each in found.description]
    return [dict(zip(names, row)) for row in found.fetchall()]


def facts(request):
    path = request["path"]
    metadata = pq.read_schema(path).metadata
    return {
        "pyarrow": by_pyarrow(path),
        "duckdb": by_duckdb(path),
        "metadata": metadata[b"synapsestream"].decode(),
        "events": rows_of(request["events"]),
    }


def main():
    request = json.load(sys.stdin)
    json.dump([facts(each) for each in request["files"]], sys.stdout)


main()

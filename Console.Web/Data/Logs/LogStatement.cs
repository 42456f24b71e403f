using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ConsoleWeb.Data.Logs;

/// <summary>
/// A statement of the log writer with the parameters <c>@a</c>, <c>@b</c>, …, prepared when it first runs. It speaks to SQLite itself:
/// what ADO.NET does around each run costs as much as the run. Used by one thread, inside the transaction of its connection.
/// </summary>
internal sealed class LogStatement(SqliteConnection connection, string sql, int parameters) : IDisposable
{
    private readonly int[] _numbers = new int[parameters];
    private sqlite3_stmt? _statement;

    /// <returns>Rows that were changed.</returns>
    /// <exception cref="SqliteException">What SQLite says.</exception>
    public int Run(params ReadOnlySpan<LogValue> values)
    {
        var statement = Bind(values);
        try
        {
            Step(statement);
            return raw.sqlite3_changes(connection.Handle);
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    /// <returns>The number of the first row; null where there is none.</returns>
    /// <exception cref="SqliteException">What SQLite says.</exception>
    public long? Read(params ReadOnlySpan<LogValue> values)
    {
        var statement = Bind(values);
        try
        {
            return Step(statement) && raw.sqlite3_column_type(statement, 0) == raw.SQLITE_INTEGER ? raw.sqlite3_column_int64(statement, 0) : null;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Reads the first row; false where there is none.</summary>
    /// <exception cref="SqliteException">What SQLite says.</exception>
    /// <exception cref="InvalidDataException">A value is not of the type that was written.</exception>
    public bool TryRead(Action<Row> read, params ReadOnlySpan<LogValue> values)
    {
        var statement = Bind(values);
        try
        {
            if (!Step(statement))
            {
                return false;
            }

            read(new Row(statement));
            return true;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="SqliteException">What SQLite says.</exception>
    /// <exception cref="InvalidDataException">A value is not of the type that was written.</exception>
    public void ForEach(Action<Row> read, params ReadOnlySpan<LogValue> values)
    {
        var statement = Bind(values);
        try
        {
            while (Step(statement))
            {
                read(new Row(statement));
            }
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    public void Dispose() => _statement?.Dispose();

    private sqlite3_stmt Bind(ReadOnlySpan<LogValue> values)
    {
        var statement = _statement ??= Prepare();
        for (var i = 0; i < _numbers.Length; i++)
        {
            Check(Bind(statement, _numbers[i], values[i]));
        }

        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int number, in LogValue value) => value.Kind switch
    {
        LogValueKind.Whole => raw.sqlite3_bind_int64(statement, number, value.Bits),
        LogValueKind.Real => raw.sqlite3_bind_double(statement, number, BitConverter.Int64BitsToDouble(value.Bits)),
        LogValueKind.Text => raw.sqlite3_bind_text(statement, number, (string)value.Content!),
        LogValueKind.Blob => raw.sqlite3_bind_blob(statement, number, ((byte[])value.Content!).AsSpan(0, (int)value.Bits)),
        _ => raw.sqlite3_bind_null(statement, number),
    };

    private sqlite3_stmt Prepare()
    {
        Check(raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        for (var i = 0; i < _numbers.Length; i++)
        {
            _numbers[i] = raw.sqlite3_bind_parameter_index(statement, "@" + (char)('a' + i));
        }

        return statement;
    }

    /// <returns>Whether there is a row.</returns>
    private bool Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        Check(code);
        return code == raw.SQLITE_ROW;
    }

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, connection.Handle);
        }
    }

    /// <summary>The row that a statement stands on.</summary>
    public readonly struct Row(sqlite3_stmt statement)
    {
        public long Whole(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_INTEGER ? raw.sqlite3_column_int64(statement, column) : throw Damaged();

        /// <returns>Null where there is none.</returns>
        public string? Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

        /// <summary>Valid until the statement is run again.</summary>
        public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_BLOB ? raw.sqlite3_column_blob(statement, column) : throw Damaged();

        private static InvalidDataException Damaged() => new("A stored value is not of the type that was written.");
    }
}

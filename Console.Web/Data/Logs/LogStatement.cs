using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>A prepared statement of the log writer with the parameters <c>@a</c>, <c>@b</c>, …</summary>
internal sealed class LogStatement : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter[] _parameters;

    public LogStatement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        _parameters = [.. Enumerable.Range(0, parameters).Select(i => _command.Parameters.Add(new SqliteParameter { ParameterName = "@" + (char)('a' + i) }))];
    }

    /// <returns>Rows that were changed.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    /// <returns>The number of the first row; null where there is none.</returns>
    public long? Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalar() as long?;
    }

    /// <summary>Reads the first row; false where there is none.</summary>
    public bool TryRead(Action<SqliteDataReader> read, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        using var reader = _command.ExecuteReader();
        if (!reader.Read())
        {
            return false;
        }

        read(reader);
        return true;
    }

    public void Join(SqliteTransaction transaction) => _command.Transaction = transaction;

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}

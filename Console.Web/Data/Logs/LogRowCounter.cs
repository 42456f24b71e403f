namespace ConsoleWeb.Data.Logs;

/// <summary>Counts stored requests themselves; sums for charts outlive them.</summary>
internal sealed class LogRowCounter(LogDatabase database)
{
    /// <summary>How many began before a moment.</summary>
    public Task<long> CountBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = database.OpenReader();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM requests WHERE id < @first";
            command.Parameters.AddWithValue("@first", RowIds.From(moment));
            return (long)command.ExecuteScalar()!;
        },
        cancellationToken);

    /// <summary>How many of the oldest would have to go for the log to fit into some bytes, and which is the first that would stay.</summary>
    /// <returns>The moment is null when none has to go, or none would stay.</returns>
    public Task<(long Requests, DateTimeOffset? First)> CountBeyondAsync(long bytes, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = database.OpenReader();
            if (database.Size <= bytes || LogRetention.RowsTooMany(connection, bytes) is not (> 0 and var count))
            {
                return (0L, (DateTimeOffset?)null);
            }

            using var command = connection.CreateCommand();
            command.CommandText = "SELECT id FROM requests ORDER BY id LIMIT 1 OFFSET @count";
            command.Parameters.AddWithValue("@count", count);
            return (count, command.ExecuteScalar() is long first ? RowIds.StartedAt(first) : null);
        },
        cancellationToken);
}

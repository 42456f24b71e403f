using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The writer's view of the agents' sessions: gives each its number and keeps its sums. Used by one thread, inside its transactions.</summary>
internal sealed class SessionTable : IDisposable
{
    private const int MostKnown = 2000;

    private readonly LogStatement _find;
    private readonly LogStatement _insert;
    private readonly LogStatement _add;
    private readonly Dictionary<string, long> _ids = new(StringComparer.OrdinalIgnoreCase);

    public SessionTable(SqliteConnection connection)
    {
        _find = new(connection, "SELECT id FROM sessions WHERE key = @a", 1);
        _insert = new(connection, "INSERT INTO sessions (key, first_row) VALUES (@a, @b) RETURNING id", 2);
        _add = new(
            connection,
            """
            UPDATE sessions SET agent = coalesce(@b, agent), first_row = min(first_row, @c), last_row = max(last_row, @c), requests = requests + 1,
                errors = errors + @d, input_tokens = input_tokens + @e, cache_read_tokens = cache_read_tokens + @f, cache_write_tokens = cache_write_tokens + @g,
                output_tokens = output_tokens + @h, reasoning_tokens = reasoning_tokens + @i, cost = cost + @j, unpriced = unpriced + @k
            WHERE id = @a
            """,
            11);
    }

    public IEnumerable<LogStatement> Statements => [_find, _insert, _add];

    /// <returns>The number of the row's session; null without one.</returns>
    public long? Add(RequestRow row, long id)
    {
        if (row.SessionId is not { Length: > 0 } key)
        {
            return null;
        }

        if (!_ids.TryGetValue(key, out var session))
        {
            session = _find.Read(key) ?? _insert.Read(key, id)!.Value;
            if (_ids.Count >= MostKnown)
            {
                _ids.Clear();
            }

            _ids.Add(key, session);
        }

        _add.Run(
            session, row.Agent, id, row.IsError ? 1L : 0L, row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
            row.Cost is { } cost ? RequestColumns.ToUnits(cost) : 0L, row is { IsLlm: true, Cost: null } ? 1L : 0L);
        return session;
    }

    public void Reset() => _ids.Clear();

    public void Dispose()
    {
        foreach (var statement in Statements)
        {
            statement.Dispose();
        }
    }
}

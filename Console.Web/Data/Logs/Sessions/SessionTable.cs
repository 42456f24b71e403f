using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Sessions;

/// <summary>The writer's view of the agents' sessions: gives each its number, keeps its sums, and which facets its rows have. Used by one thread, inside its transactions.</summary>
internal sealed class SessionTable : IDisposable
{
    private const int MostKnown = 2000;

    private readonly LogStatement _find;
    private readonly LogStatement _insert;
    private readonly LogStatement _add;
    private readonly LogStatement _join;
    private readonly Dictionary<string, long> _ids = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<long, Sums> _changed = [];
    private readonly HashSet<(long Session, long Facet)> _joined = [];

    public SessionTable(SqliteConnection connection)
    {
        _find = new(connection, "SELECT id FROM sessions WHERE key = @a", 1);
        _insert = new(connection, "INSERT INTO sessions (key, first_row, turns) VALUES (@a, @b, 0) RETURNING id", 2);
        _join = new(connection, "INSERT OR IGNORE INTO session_facets (session, facet) VALUES (@a, @b)", 2);
        _add = new(
            connection,
            """
            UPDATE sessions SET agent = coalesce(@b, agent), first_row = min(first_row, @c), last_row = max(last_row, @d), requests = requests + @e,
                errors = errors + @f, input_tokens = input_tokens + @g, cache_read_tokens = cache_read_tokens + @h, cache_write_tokens = cache_write_tokens + @i,
                output_tokens = output_tokens + @j, reasoning_tokens = reasoning_tokens + @k, cost = cost + @l, unpriced = unpriced + @m
            WHERE id = @a
            """,
            13);
    }

    /// <param name="facet">The number of the row's facet.</param>
    /// <returns>The number of the row's session; null without one.</returns>
    public long? Add(RequestRow row, long id, long facet)
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

        if (!_changed.TryGetValue(session, out var sums))
        {
            sums = new Sums();
            _changed.Add(session, sums);
        }

        sums.Add(row, id);
        Join(session, facet);
        return session;
    }

    /// <summary>Writes down what was added since the last call.</summary>
    public void Flush()
    {
        foreach (var (session, sums) in _changed)
        {
            _add.Run([session, sums.Agent, sums.First, sums.Last, .. sums.Values.Select(v => (LogValue)v)]);
        }

        _changed.Clear();
    }

    public void Reset()
    {
        _ids.Clear();
        _changed.Clear();
        _joined.Clear();
    }

    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _add.Dispose();
        _join.Dispose();
    }

    private void Join(long session, long facet)
    {
        if (_joined.Contains((session, facet)))
        {
            return;
        }

        _join.Run(session, facet);
        if (_joined.Count >= MostKnown * 4)
        {
            _joined.Clear();
        }

        _joined.Add((session, facet));
    }

    private sealed class Sums
    {
        public string? Agent { get; private set; }

        public long First { get; private set; } = long.MaxValue;

        public long Last { get; private set; }

        /// <summary>In the order of the statement.</summary>
        public long[] Values { get; } = new long[9];

        public void Add(RequestRow row, long id)
        {
            (Agent, First, Last) = (row.Agent ?? Agent, Math.Min(First, id), Math.Max(Last, id));
            ReadOnlySpan<long> values =
            [
                1, row.IsError && !row.IsRefusedUpgrade ? 1 : 0, row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
                row.Cost is { } cost ? RequestColumns.ToUnits(cost) : 0, row is { IsLlm: true, Cost: null } ? 1 : 0,
            ];
            for (var i = 0; i < values.Length; i++)
            {
                Values[i] += values[i];
            }
        }
    }
}

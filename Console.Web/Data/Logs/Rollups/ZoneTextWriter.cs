using ConsoleWeb.Data.Logs.Filters;
using Gateway.Core.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>
/// Writes down which paths, clients and messages the rows of each zone have, so that a search for rare ones skips the rest. Used by one
/// thread, inside its transactions.
/// </summary>
internal sealed class ZoneTextWriter : IDisposable
{
    /// <summary>Texts that are told apart. Where clients make up new ones with every call, further ones of a field count as one.</summary>
    private const int MostTexts = 5000;

    private const int LongestText = 400;

    private const int MostKnown = 20_000;

    /// <summary>The field of ids that are not ours: only those can hold any text.</summary>
    private const int ForeignId = 5;

    public static readonly IReadOnlyList<LogField> Fields = [.. LogFields.All.Where(f => f.TextNumber is not null)];

    private readonly SqliteConnection _connection;
    private readonly int _most;
    private readonly LogStatement _find;
    private readonly LogStatement _insert;
    private readonly LogStatement _join;
    private readonly LogStatement _touch;
    private readonly Dictionary<(int Field, string Value), long> _ids = [];
    private readonly HashSet<(long Text, long Zone)> _joined = [];
    private long? _count;

    public ZoneTextWriter(SqliteConnection connection, int most = MostTexts)
    {
        (_connection, _most) = (connection, most);
        _find = new(connection, "SELECT id FROM texts WHERE field = @a AND value = @b", 2);
        _insert = new(connection, "INSERT INTO texts (field, value, last_zone) VALUES (@a, @b, @c) RETURNING id", 3);
        _join = new(connection, "INSERT OR IGNORE INTO zone_texts (text, zone) VALUES (@a, @b)", 2);
        _touch = new(connection, "UPDATE texts SET last_zone = max(last_zone, @b) WHERE id = @a", 2);
    }

    /// <summary>What stands for the texts of a field that there is no room for.</summary>
    public static long OthersOf(int field) => -field;

    public static long ForeignIds => OthersOf(ForeignId);

    public void Add(RequestRow row)
    {
        var zone = row.Sequence >> ZoneWriter.Bits;
        foreach (var field in Fields)
        {
            if (field.Value(row) is string value)
            {
                Add(field.TextNumber!.Value, value, zone);
            }
        }

        if (RequestIds.FindTime(row.RequestId) is null)
        {
            Join(ForeignIds, zone);
        }
    }

    /// <summary>Reads the table again, after a transaction was rolled back or rows were removed.</summary>
    public void Reset()
    {
        _ids.Clear();
        _joined.Clear();
        _count = null;
    }

    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _join.Dispose();
        _touch.Dispose();
    }

    private void Add(int field, string value, long zone)
    {
        if (!_ids.TryGetValue((field, value), out var text))
        {
            text = Find(field, value, zone);
            if (_ids.Count >= MostKnown)
            {
                _ids.Clear();
            }

            _ids.Add((field, value), text);
        }

        Join(text, zone);
    }

    private long Find(int field, string value, long zone)
    {
        if (value.Length > LongestText)
        {
            return OthersOf(field);
        }

        if (_find.Read(field, value) is { } known)
        {
            return known;
        }

        _count ??= LogDatabase.Number(_connection, "SELECT count(*) FROM texts");
        if (_count >= _most)
        {
            return OthersOf(field);
        }

        _count++;
        return _insert.Read(field, value, zone)!.Value;
    }

    private void Join(long text, long zone)
    {
        if (_joined.Contains((text, zone)))
        {
            return;
        }

        _join.Run(text, zone);
        if (text > 0)
        {
            _touch.Run(text, zone);
        }

        if (_joined.Count >= MostKnown)
        {
            _joined.Clear();
        }

        _joined.Add((text, zone));
    }
}

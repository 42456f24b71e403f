using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Facets;

/// <summary>The writer's view of the facets: gives each row its facet's number. Used by one thread, inside its transactions.</summary>
internal sealed class FacetTable : IDisposable
{
    /// <summary>From so many facets on, new ones leave out the names that clients choose.</summary>
    private const int MostFacets = 20_000;

    private readonly SqliteConnection _connection;
    private readonly int _most;
    private readonly LogStatement _insert;
    private readonly LogStatement _touch;
    private readonly Dictionary<Facet, long> _ids = [];
    private readonly Dictionary<long, (long Requests, long LastRow)> _touched = [];

    public FacetTable(SqliteConnection connection, int most = MostFacets)
    {
        (_connection, _most) = (connection, most);
        var names = FacetColumns.Names;
        _insert = new(connection, $"INSERT INTO facets ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select((_, i) => "@" + (char)('a' + i)))}) RETURNING id", names.Count);
        _touch = new(connection, "UPDATE facets SET requests = requests + @a, last_row = max(last_row, @b) WHERE id = @c", 3);
        Reset();
    }

    /// <summary>The number of a row's facet, which is made when it is new.</summary>
    /// <param name="stored">The facet with that number: <paramref name="facet"/>, or without the names that there is no room for.</param>
    public long Add(Facet facet, long row, out Facet stored)
    {
        stored = facet;
        if (!_ids.TryGetValue(facet, out var id))
        {
            stored = _ids.Count < _most ? facet : facet.WithoutFreeNames();
            id = _ids.TryGetValue(stored, out var known) ? known : Insert(stored);
        }

        var (requests, last) = _touched.GetValueOrDefault(id);
        _touched[id] = (requests + 1, Math.Max(last, row));
        return id;
    }

    /// <summary>Writes down which facets were used since the last call.</summary>
    public void Flush()
    {
        foreach (var (id, (requests, last)) in _touched)
        {
            _touch.Run(requests, last, id);
        }

        _touched.Clear();
    }

    /// <summary>Reads the table again, after a transaction was rolled back or another program has changed the file.</summary>
    public void Reset()
    {
        _ids.Clear();
        _touched.Clear();
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT f.id, {FacetColumns.Selected} FROM facets f";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            LogDamage.Check(() => _ids.TryAdd(FacetColumns.Read(reader, 1), reader.GetInt64(0)));
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _touch.Dispose();
    }

    private long Insert(Facet facet)
    {
        var id = _insert.Read(FacetColumns.Values(facet))!.Value;
        _ids.Add(facet, id);
        return id;
    }
}

using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Facets;

/// <summary>The writer's view of the coarser cuts: which facets of theirs a whole facet belongs to. Used by one thread, inside its transactions.</summary>
internal sealed class CutTable : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly LogStatement _insert;
    private readonly Dictionary<(int Cut, Facet Facet), long> _ids = [];
    private readonly Dictionary<long, long[]> _known = [];

    public CutTable(SqliteConnection connection)
    {
        _connection = connection;
        var names = FacetColumns.Names;
        _insert = new(
            connection,
            $"INSERT INTO cut_facets (cut, {string.Join(", ", names)}) VALUES ({string.Join(", ", Enumerable.Range(0, names.Count + 1).Select(i => "@" + (char)('a' + i)))}) RETURNING id",
            names.Count + 1);
        Reset();
    }

    /// <param name="whole">The number of <paramref name="facet"/>.</param>
    /// <returns>For each cut the number of its facet; the first is <paramref name="whole"/> itself.</returns>
    public long[] Of(long whole, Facet facet)
    {
        if (!_known.TryGetValue(whole, out var numbers))
        {
            numbers = [whole, .. FacetCut.All.Skip(1).Select(cut => Find(cut, cut.Apply(facet)))];
            _known.Add(whole, numbers);
        }

        return numbers;
    }

    /// <summary>Reads the table again, after a transaction was rolled back or another program has changed the file.</summary>
    public void Reset()
    {
        _ids.Clear();
        _known.Clear();
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT f.id, f.cut, {FacetColumns.Selected} FROM cut_facets f";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            LogDamage.Check(() => _ids.TryAdd((reader.GetInt32(1), FacetColumns.Read(reader, 2)), reader.GetInt64(0)));
        }
    }

    public void Dispose() => _insert.Dispose();

    private long Find(FacetCut cut, Facet facet)
    {
        if (!_ids.TryGetValue((cut.Number, facet), out var id))
        {
            id = _insert.Read([cut.Number, .. FacetColumns.Values(facet)])!.Value;
            _ids.Add((cut.Number, facet), id);
        }

        return id;
    }
}

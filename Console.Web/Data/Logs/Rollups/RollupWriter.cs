using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>Keeps the sums of all grains as rows arrive. Used by one thread, inside its transactions.</summary>
internal sealed class RollupWriter(SqliteConnection connection) : IDisposable
{
    private readonly RollupTable[] _tables = [.. RollupLevel.All.Select(level => new RollupTable(connection, level))];
    private long _newest;

    /// <param name="facets">The row's facet in each cut.</param>
    public void Add(RequestRow row, long[] facets)
    {
        var milliseconds = RowIds.Milliseconds(row.Sequence);
        var point = RollupPoint.Of(row);
        _newest = Math.Max(_newest, milliseconds);
        foreach (var table in _tables)
        {
            table.Add(milliseconds, facets, point);
        }
    }

    /// <summary>Changes what a row costs, where its sums are still kept.</summary>
    /// <param name="cost">In the units of <see cref="RequestColumns"/>, added to what it was.</param>
    public void AddCost(long row, long[] facets, long cost, long unpriced)
    {
        foreach (var table in _tables)
        {
            table.AddCost(RowIds.Milliseconds(row), facets, cost, unpriced);
        }
    }

    /// <summary>Writes down what was added since the last call, and makes what is over of the coarser grains.</summary>
    public void Flush()
    {
        foreach (var table in _tables)
        {
            table.Flush();
        }

        Make(_newest);
    }

    /// <param name="newest">When the newest request began, in Unix milliseconds.</param>
    public void Make(long newest)
    {
        foreach (var table in _tables)
        {
            table.Make(newest);
        }
    }

    /// <summary>Adds up what older versions have not kept, from the cells of whole facets.</summary>
    /// <param name="facets">Of each whole facet, its facet in each cut.</param>
    /// <param name="cuts">How many cuts were kept.</param>
    public void Fill(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyDictionary<long, long[]> facets, int cuts)
    {
        foreach (var table in _tables)
        {
            table.Fill(connection, transaction, facets, cuts);
        }
    }

    /// <summary>Forgets what is in memory, after a transaction was rolled back or rows were removed.</summary>
    public void Reset()
    {
        foreach (var table in _tables)
        {
            table.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var table in _tables)
        {
            table.Dispose();
        }
    }
}

using System.Diagnostics;
using System.Text.Json;
using ConsoleWeb.Data.Logs.Bodies;
using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Rollups;
using Gateway.Core.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Removes the oldest records by age, by size and when somebody asks for it, a little at a time between two batches of the writer.</summary>
/// <param name="options">The limits of the start.</param>
/// <param name="control">What somebody asks for; null: nothing.</param>
internal sealed class LogRetention(RetentionOptions options, LogDatabase database, TimeProvider time, LogRetentionControl? control = null)
{
    private const int MostRows = 1000;

    private const int FewestRows = 20;

    /// <summary>Pages that are given back to the file system at a time.</summary>
    private const int VacuumPages = 100;

    /// <summary>A step takes a core away from the calls that run meanwhile: many short ones are felt less than few long ones.</summary>
    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(12);

    /// <summary>Counting the rows reads all zones, which takes as long as a step.</summary>
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A wall clock that runs this far ahead of the monotonic one was set, and must not delete anything by its new time.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    private static readonly string s_otherTexts = JsonSerializer.Serialize(ZoneTextWriter.Fields.Select(f => ZoneTextWriter.OthersOf(f.TextNumber!.Value)).Append(ZoneTextWriter.ForeignIds));

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _startStamp = time.GetTimestamp();
    private long _lastPass = time.GetTimestamp();
    private RetentionOptions _limits = options;
    private bool _isBusy = true;
    private int _rows = 200;
    private long _tooMany;
    private long _counted;

    /// <summary>Does the next small step if one is due.</summary>
    /// <returns>Whether rows were deleted.</returns>
    public bool Step(SqliteConnection connection)
    {
        var asked = control?.DeleteBefore;
        if (control?.Limits is { } limits && limits != _limits)
        {
            (_limits, _isBusy, _tooMany) = (limits, true, 0);
        }

        if (!_isBusy && asked is null && time.GetElapsedTime(_lastPass) < Interval)
        {
            return false;
        }

        _lastPass = time.GetTimestamp();
        var started = Stopwatch.GetTimestamp();
        var last = LastOfOldest(connection, asked);
        if (last is { } id)
        {
            Delete(connection, id);
        }
        else if (asked is { } done)
        {
            control!.Finish(done);
        }

        DeleteSums(connection);

        var freePages = LogDatabase.Number(connection, "PRAGMA freelist_count");
        if (freePages > 0)
        {
            LogDatabase.Execute(connection, FormattableString.Invariant($"PRAGMA incremental_vacuum({VacuumPages})"));
        }

        _isBusy = last is not null || freePages > VacuumPages;
        _rows = Stopwatch.GetElapsedTime(started) > StepTime ? Math.Max(FewestRows, _rows / 2) : Math.Min(MostRows, _rows * 2);
        return last is not null;
    }

    /// <returns>The last of the oldest rows that must go now; null when none must.</returns>
    private long? LastOfOldest(SqliteConnection connection, DateTimeOffset? asked)
    {
        var cutoff = _limits.MaxAgeDays > 0 ? Now().AddDays(-_limits.MaxAgeDays).ToUnixTimeMilliseconds() : long.MinValue;
        cutoff = Math.Max(cutoff, asked?.ToUnixTimeMilliseconds() ?? long.MinValue);
        var tooMany = RowsTooMany(connection);
        if (tooMany == 0 && cutoff == long.MinValue)
        {
            return null;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM requests ORDER BY id LIMIT @rows";
        command.Parameters.AddWithValue("@rows", _rows);
        using var reader = command.ExecuteReader();
        long? last = null;
        while (reader.Read() && (tooMany-- > 0 || RowIds.Milliseconds(reader.GetInt64(0)) < cutoff))
        {
            last = reader.GetInt64(0);
        }

        _tooMany = Math.Max(0, tooMany);
        return last;
    }

    /// <summary>What was counted last less what has been deleted since; counted anew from time to time, and before it is said that none is too many.</summary>
    private long RowsTooMany(SqliteConnection connection)
    {
        if (database.Size <= _limits.MaxBytes)
        {
            return 0;
        }

        if (_tooMany == 0 || time.GetElapsedTime(_counted) > CountInterval)
        {
            (_tooMany, _counted) = (RowsTooMany(connection, _limits.MaxBytes), time.GetTimestamp());
        }

        return _tooMany;
    }

    /// <param name="maxBytes">0: as many as there are.</param>
    /// <returns>How many of the oldest rows take up about what the file is too large by; 0 when it is not.</returns>
    internal static long RowsTooMany(SqliteConnection connection, long maxBytes)
    {
        if (maxBytes <= 0)
        {
            return 0;
        }

        // Pages that are free already will be given back; the write-ahead log shrinks by itself.
        var pages = LogDatabase.Number(connection, "PRAGMA page_count") - LogDatabase.Number(connection, "PRAGMA freelist_count");
        var used = pages * LogDatabase.Number(connection, "PRAGMA page_size");
        var tooMuch = used - (maxBytes / 100 * 95);
        var rows = LogDatabase.Number(connection, "SELECT sum(requests) FROM zones");
        return tooMuch <= 0 ? 0 : (long)(rows * ((double)tooMuch / used)) + 1;
    }

    private static void Delete(SqliteConnection connection, long last)
    {
        var unused = BodySweep.FindUnused(connection, last);
        using var transaction = connection.BeginTransaction();
        BodySweep.Delete(connection, transaction, last, unused);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            DELETE FROM details WHERE id <= @last;
            DELETE FROM requests WHERE id <= @last;
            DELETE FROM entities WHERE last_row <= @last;
            DELETE FROM session_facets WHERE session IN (SELECT id FROM sessions WHERE last_row <= @last);
            DELETE FROM sessions WHERE last_row <= @last;
            UPDATE sessions SET title = NULL, text_directory = NULL, branch = NULL, text_row = NULL WHERE text_row <= @last;
            DELETE FROM zones WHERE zone < @zone;
            UPDATE zones SET requests = (SELECT count(*) FROM requests WHERE id < (@zone + 1) << @bits) WHERE zone = @zone;
            DELETE FROM zone_texts WHERE text IN (SELECT id FROM texts UNION ALL SELECT value FROM json_each(@others)) AND zone < @zone;
            DELETE FROM texts WHERE last_zone < @zone;
            """;
        command.Parameters.AddWithValue("@zone", last >> ZoneWriter.Bits);
        command.Parameters.AddWithValue("@bits", ZoneWriter.Bits);
        command.Parameters.AddWithValue("@others", s_otherTexts);
        command.Parameters.AddWithValue("@last", last);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>Sums outlive their rows, the finer ones for a shorter time.</summary>
    private void DeleteSums(SqliteConnection connection)
    {
        var now = Now().ToUnixTimeMilliseconds();
        foreach (var level in RollupLevel.All)
        {
            if (level.Keep is { } keep)
            {
                var oldest = Math.Min((now - (long)keep.TotalMilliseconds) / level.Length, NeededFrom(connection, level));
                LogDatabase.Execute(connection, string.Concat(FacetCut.All.Select(cut => FormattableString.Invariant(
                    $"DELETE FROM {level.Table} WHERE id >= {RollupPack.IdOf(cut.Number, 0)} AND id < {RollupPack.IdOf(cut.Number, oldest)};"))));
            }
        }
    }

    /// <summary>The first bucket of which a coarser one is still to be made, as after a long standstill.</summary>
    private static long NeededFrom(SqliteConnection connection, RollupLevel level) =>
        RollupLevel.All.FirstOrDefault(l => l.Source == level) is { } coarser
            ? LogDatabase.Number(connection, $"SELECT bucket FROM rollups_made WHERE level = '{coarser.Table}'") * (coarser.Length / level.Length)
            : long.MaxValue;

    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        var expected = _startedAt + time.GetElapsedTime(_startStamp);
        return now > expected + ClockTolerance ? expected : now;
    }
}

using System.Data.Common;
using ConsoleWeb.Options;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data;

/// <summary>Looks every few seconds whether the configuration database is still there, and in times of trouble whether it can be written again.</summary>
internal sealed partial class ConfigStoreCheck(ConfigStoreState state, DataDirectory directory, SqlitePragmas pragmas, TimeProvider time, ILogger<ConfigStoreCheck> logger) : BackgroundService
{
    /// <summary>Bytes; an entity may have 100 KiB, and its version holds it once more.</summary>
    private const int Room = 256 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private string? _told;

    /// <summary>Looks once.</summary>
    public void Look()
    {
        if (state.FindMissing() is { } missing)
        {
            state.Noted(missing);
        }
        else if (state.Trouble is not null)
        {
            TryWrite();
        }

        var now = state.Trouble?.Reason;
        if (now == _told)
        {
            return;
        }

        _told = now;
        if (now is null)
        {
            LogRecovered(logger);
        }
        else
        {
            LogTrouble(logger, now);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>Writes as much as a large change does and takes it out again. Something small could still go where the write-ahead log has room.</summary>
    private void TryWrite()
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = directory.ConfigDatabase,
                Pooling = false,
                Mode = SqliteOpenMode.ReadWrite,
                DefaultTimeout = 1,
            }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"{pragmas.Further} DROP TABLE IF EXISTS room; CREATE TABLE room AS SELECT zeroblob({Room}) AS filling; DROP TABLE room";
            command.ExecuteNonQuery();
            state.Recovered();
        }
        catch (DbException exception)
        {
            state.Failed(StoreFault.Find(exception)?.Text ?? exception.Message);
        }
    }

    [LoggerMessage(EventId = 3301, Level = LogLevel.Error, Message = "The configuration cannot be changed: {Reason}")]
    private static partial void LogTrouble(ILogger logger, string reason);

    [LoggerMessage(EventId = 3302, Level = LogLevel.Information, Message = "The configuration can be changed again")]
    private static partial void LogRecovered(ILogger logger);
}

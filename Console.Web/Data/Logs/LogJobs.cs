using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>Long work on the log, which its writer does in small steps between two batches, one after the other.</summary>
internal sealed class LogJobs
{
    private readonly ConcurrentQueue<ILogJob> _waiting = new();

    public bool HasWork => !_waiting.IsEmpty;

    public void Add(ILogJob job) => _waiting.Enqueue(job);

    /// <summary>Does the next step. When it throws, nothing was done, and the same step comes again.</summary>
    /// <returns>Whether something counted has changed.</returns>
    public bool Step(SqliteConnection connection)
    {
        if (!_waiting.TryPeek(out var job))
        {
            return false;
        }

        try
        {
            var step = job.Step(connection);
            if (step == LogJobStep.Done)
            {
                _waiting.TryDequeue(out _);
            }

            return step != LogJobStep.Unchanged;
        }
        catch (Exception exception) when (exception is not (SqliteException or IOException))
        {
            // A fault of the work, not of the disk: it would come again for ever.
            _waiting.TryDequeue(out _);
            job.Fail(exception);
            return true;
        }
    }
}

/// <summary>Work that the log writer does in steps. Each step is whole by itself.</summary>
internal interface ILogJob
{
    LogJobStep Step(SqliteConnection connection);

    /// <summary>The work is given up.</summary>
    void Fail(Exception exception);
}

/// <summary>What a step has come to.</summary>
internal enum LogJobStep
{
    Unchanged,

    Changed,

    Done,
}

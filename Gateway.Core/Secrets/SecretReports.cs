using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Secrets;

/// <summary>Tells the log which fields go without their secret: once, until it can be read again. Values never appear.</summary>
internal sealed partial class SecretReports(ILogger<SecretReports> logger)
{
    private readonly ConcurrentDictionary<(string Reference, string Place), byte> _reported = new();

    /// <param name="place">The field and whose it is.</param>
    /// <param name="reason">Why the reference stands for nothing; null when it stands for something.</param>
    /// <param name="keeps">Whether the field goes on with the value it had.</param>
    public void Report(string reference, string place, string? reason, bool keeps)
    {
        if (reason is null)
        {
            _reported.TryRemove((reference, place), out _);
        }
        else if (_reported.TryAdd((reference, place), 0))
        {
            LogUnresolved(logger, reference, place, keeps ? "keeps the value it had" : "is empty", reason);
        }
    }

    [LoggerMessage(EventId = 2021, Level = LogLevel.Warning, Message = "Secret reference {Reference} cannot be resolved, {Field} {Outcome}: {Reason}")]
    private static partial void LogUnresolved(ILogger logger, string reference, string field, string outcome, string reason);
}

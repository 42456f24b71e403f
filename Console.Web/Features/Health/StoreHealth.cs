using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.Features.Health;

/// <summary>A store that cannot be written.</summary>
/// <param name="Reason">Why, in words for an operator.</param>
internal sealed record StoreTrouble(DateTimeOffset Since, string Reason);

/// <summary>How the stores are doing; calls are served whatever it says. Read at any time, without waiting.</summary>
internal sealed class StoreHealth(IRequestLogState log, ConfigStoreState configuration)
{
    /// <summary>Null while the configuration can be changed.</summary>
    public StoreTrouble? Configuration => configuration.Trouble is { } trouble ? new StoreTrouble(trouble.Since, trouble.Reason) : null;

    /// <summary>Null while requests are logged.</summary>
    public StoreTrouble? Log => log.State.Trouble is { } trouble ? new StoreTrouble(trouble.Since, trouble.Reason) : null;

    /// <summary>Requests that wait to be stored.</summary>
    public long Waiting => log.State.Counts.Queued;

    /// <summary>Requests since the start that no store has kept.</summary>
    public long Lost => log.State.Counts.Dropped;

    /// <summary>Where a damaged request log has been put; null when there was none.</summary>
    public string? Quarantined => log.State.Quarantined;

    /// <returns>What is wrong with the database, and what to do about it; null when the exception has another cause.</returns>
    public static string? Explain(Exception exception) => StoreFault.Find(exception)?.Text;

    /// <returns>What is wrong with the database; null when the exception has another cause.</returns>
    public static string? ReasonOf(Exception exception) => StoreFault.Find(exception)?.Reason;
}

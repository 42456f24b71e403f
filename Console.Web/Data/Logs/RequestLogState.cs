namespace ConsoleWeb.Data.Logs;

/// <summary>Says how the request log is doing, at any time and without waiting.</summary>
internal interface IRequestLogState
{
    RequestLogState State { get; }
}

/// <summary>How the request log is doing.</summary>
/// <param name="Trouble">Null while it can be written.</param>
/// <param name="Quarantined">Where a damaged database has been put; null when there was none.</param>
/// <param name="Bytes">Size of the database and its write-ahead log.</param>
/// <param name="Interrupted">Calls of an earlier process that were made records of at the start.</param>
internal sealed record RequestLogState(RequestLogCounts Counts, RequestLogTrouble? Trouble, string? Quarantined, long Bytes, long Interrupted);

/// <summary>Why the request log cannot be written.</summary>
internal sealed record RequestLogTrouble(DateTimeOffset Since, string Reason);

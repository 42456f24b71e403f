namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>How a <see cref="DeliveryQueue"/> gathers, keeps and repeats.</summary>
internal sealed record QueueSettings
{
    /// <summary>Bytes that may wait where the config sets no bound.</summary>
    public const long DefaultMaxBytes = 64L * 1024 * 1024;

    /// <summary>Most records that are sent together.</summary>
    public int MaxBatchSize { get; init; } = 1;

    /// <summary>How long the first record of a batch may wait for the others.</summary>
    public TimeSpan MaxCoalescingDelay { get; init; }

    /// <summary>Records that may wait.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Bytes that may wait.</summary>
    public long MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>How long a batch is tried again. Null: it is tried once.</summary>
    public TimeSpan? MaxRetryTime { get; init; }

    /// <summary>Pause before the second try; it doubles from try to try.</summary>
    public TimeSpan InitialRetryDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest pause between two tries.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Batches that may be on their way at once.</summary>
    public int Concurrency { get; init; } = 1;
}

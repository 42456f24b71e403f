using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>The record <c>queue</c> of plugins that send their records in batches.</summary>
internal sealed record QueueConfig
{
    /// <summary>What "unlimited" means: a server that hangs must not collect connections without end.</summary>
    private const int MaxConcurrency = 32;

    [Field("Most records that are sent together.")]
    [Between(1, 1000000)]
    public int MaxBatchSize { get; init; } = 1;

    [Field("Seconds that the first record of a batch may wait for others.")]
    [Between(0, 3600)]
    public double MaxCoalescingDelay { get; init; } = 1;

    [Field("Records that may wait. When more come, the oldest are dropped.")]
    [Between(1, 1000000)]
    public int MaxEntries { get; init; } = 10000;

    [Field("Bytes that may wait; 64 MB when empty. When more come, the oldest records are dropped.")]
    public long? MaxBytes { get; init; }

    [Field("Seconds after which a batch that cannot be delivered is dropped; -1: it is tried once.")]
    public double MaxRetryTime { get; init; } = 60;

    [Field("Seconds before a failed batch is tried again. The pause doubles from try to try.")]
    [Between(0.001, 1000000)]
    public double InitialRetryDelay { get; init; } = 0.01;

    [Field("Longest pause between two tries, in seconds.")]
    [Between(0.001, 1000000)]
    public double MaxRetryDelay { get; init; } = 60;

    [Field("Batches on their way at once: 1, or -1 for as many as there are.")]
    [OneOf("-1", "1")]
    public int ConcurrencyLimit { get; init; } = 1;

    public QueueSettings ToSettings() => new()
    {
        MaxBatchSize = MaxBatchSize,
        MaxCoalescingDelay = TimeSpan.FromSeconds(MaxCoalescingDelay),
        MaxEntries = MaxEntries,
        MaxBytes = MaxBytes ?? QueueSettings.DefaultMaxBytes,
        MaxRetryTime = MaxRetryTime < 0 ? null : TimeSpan.FromSeconds(Math.Min(MaxRetryTime, TimeSpan.SecondsPerDay)),
        InitialRetryDelay = TimeSpan.FromSeconds(InitialRetryDelay),
        MaxRetryDelay = TimeSpan.FromSeconds(MaxRetryDelay),
        Concurrency = ConcurrencyLimit < 0 ? MaxConcurrency : ConcurrencyLimit,
    };
}

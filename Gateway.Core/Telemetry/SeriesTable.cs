using System.Collections.Concurrent;

namespace Gateway.Core.Telemetry;

/// <summary>Names one series of a metric by the values of its labels.</summary>
internal interface ILabelSet<TSelf> : IEquatable<TSelf>
    where TSelf : struct, ILabelSet<TSelf>
{
    /// <summary>The label set that takes the place of this one when there are too many; of these there are few by nature.</summary>
    TSelf Overflow { get; }
}

/// <summary>
/// The series of a metric by label set. One that exists is found without a lock and without memory; how many there are is bounded, as
/// some label values come from outside.
/// </summary>
/// <param name="limit">Label sets that are counted apart.</param>
internal sealed class SeriesTable<TLabels, TSeries>(int limit, Func<TLabels, TSeries> create)
    where TLabels : struct, ILabelSet<TLabels>
    where TSeries : class
{
    private readonly ConcurrentDictionary<TLabels, TSeries> _series = new();
    private readonly Lock _adding = new();
    private int _count;

    public bool IsEmpty => _series.IsEmpty;

    /// <summary>Every series, in no order.</summary>
    public IEnumerable<TSeries> All => _series.Select(s => s.Value);

    public TSeries Get(in TLabels labels) => _series.TryGetValue(labels, out var series) ? series : Add(labels);

    private TSeries Add(TLabels labels)
    {
        if (Volatile.Read(ref _count) < limit)
        {
            lock (_adding)
            {
                if (_count < limit && _series.TryAdd(labels, create(labels)))
                {
                    _count++;
                }
            }
        }

        return _series.TryGetValue(labels, out var added) ? added
            : _series.TryGetValue(labels.Overflow, out var overflow) ? overflow
            : _series.GetOrAdd(labels.Overflow, create);
    }
}

using Microsoft.Extensions.Options;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>Answers in memory, bounded by bytes: what was not asked for longest makes room.</summary>
internal sealed class AnswerCache(IOptions<ProxyCacheOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byKey = new(StringComparer.Ordinal);

    /// <summary>The most recently used entry comes first.</summary>
    private readonly LinkedList<Entry> _byUse = new();

    private long _bytes;

    /// <summary>Bytes that all entries take together.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    public int MaxAnswerBytes => options.Value.MaxAnswerBytes;

    public DateTimeOffset Now => time.GetUtcNow();

    public CachedAnswer? Find(string key)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            if (node.Value.EndsAt <= Now)
            {
                Remove(node);
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Answer;
        }
    }

    /// <param name="keep">How long it may stay.</param>
    public void Store(string key, CachedAnswer answer, TimeSpan keep)
    {
        var entry = new Entry(key, answer, answer.Size + (2 * key.Length), Now + keep);
        if (entry.Size > options.Value.MaxBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var old))
            {
                Remove(old);
            }

            _byKey[key] = _byUse.AddFirst(entry);
            _bytes += entry.Size;
            while (_bytes > options.Value.MaxBytes)
            {
                Remove(_byUse.Last!);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byKey.Remove(node.Value.Key);
        _bytes -= node.Value.Size;
    }

    private sealed record Entry(string Key, CachedAnswer Answer, long Size, DateTimeOffset EndsAt);
}

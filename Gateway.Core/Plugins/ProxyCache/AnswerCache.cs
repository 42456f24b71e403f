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
    /// <param name="group">The key under which clients know this one of several answers; null: they know it under its own.</param>
    public void Store(string key, CachedAnswer answer, TimeSpan keep, string? group = null)
    {
        var entry = new Entry(key, answer, answer.Size + (2 * (key.Length + (group?.Length ?? 0))), Now + keep, group);
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

    /// <summary>The keys of the answers that one key stands for, when the upstream gives several.</summary>
    public IReadOnlyList<string> VariantsOf(string key)
    {
        lock (_gate)
        {
            return [.. _byUse.Where(e => e.Group == key && e.EndsAt > Now).Select(e => e.Key)];
        }
    }

    /// <summary>Forgets an answer. A key that stands for several takes all of them along, or they would come back with the next request.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string key)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var found))
            {
                return false;
            }

            var wasThere = found.Value.EndsAt > Now;
            Remove(found);
            foreach (var variant in _byUse.Where(e => e.Group == key).ToList())
            {
                Remove(_byKey[variant.Key]);
            }

            return wasThere;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _byKey.Clear();
            _byUse.Clear();
            _bytes = 0;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byKey.Remove(node.Value.Key);
        _bytes -= node.Value.Size;
    }

    private sealed record Entry(string Key, CachedAnswer Answer, long Size, DateTimeOffset EndsAt, string? Group);
}

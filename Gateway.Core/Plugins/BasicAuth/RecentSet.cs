using System.Collections.Concurrent;

namespace Gateway.Core.Plugins.BasicAuth;

/// <summary>Remembers what was added or asked for lately, up to a number of entries. Any thread.</summary>
/// <param name="capacity">The oldest half goes when this many are held.</param>
internal sealed class RecentSet<T>(int capacity)
    where T : notnull
{
    private readonly Lock _lock = new();
    private ConcurrentDictionary<T, bool> _young = new();
    private ConcurrentDictionary<T, bool> _old = new();
    private int _count;

    public bool Contains(T item)
    {
        if (Volatile.Read(ref _young).ContainsKey(item))
        {
            return true;
        }

        if (!Volatile.Read(ref _old).ContainsKey(item))
        {
            return false;
        }

        Add(item);
        return true;
    }

    public void Add(T item)
    {
        lock (_lock)
        {
            if (!_young.TryAdd(item, true) || ++_count < capacity / 2)
            {
                return;
            }

            Volatile.Write(ref _old, _young);
            Volatile.Write(ref _young, new ConcurrentDictionary<T, bool>());
            _count = 0;
        }
    }
}

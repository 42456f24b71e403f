using System.Numerics;

namespace Gateway.Core.Configuration;

/// <summary>
/// A look-up table that never changes. One with a few other entries is made of the pieces of this one, so that a change among thousands
/// copies a few dozen entries, and no array is so large that only a full collection frees it.
/// </summary>
internal sealed class PiecedTable<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    /// <summary>Entries of a piece when the pieces are made; up to twice as many come in.</summary>
    private const int PieceSize = 64;

    private readonly IEqualityComparer<TKey> _comparer;
    private readonly Dictionary<TKey, TValue>[] _pieces;

    /// <summary>An empty table.</summary>
    public PiecedTable(IEqualityComparer<TKey>? comparer = null)
        : this(comparer ?? EqualityComparer<TKey>.Default, [])
    {
    }

    private PiecedTable(IEqualityComparer<TKey> comparer, Dictionary<TKey, TValue>[] pieces)
    {
        (_comparer, _pieces) = (comparer, pieces);
        Count = pieces.Sum(p => p.Count);
    }

    public int Count { get; }

    public IEnumerable<TKey> Keys => _pieces.SelectMany(p => p.Keys);

    public IEnumerable<TValue> Values => _pieces.SelectMany(p => p.Values);

    public TValue? Find(TKey key) => _pieces.Length == 0 ? null : _pieces[PlaceOf(_comparer.GetHashCode(key), _pieces.Length)].GetValueOrDefault(key);

    /// <param name="key">In a form that the comparer takes for a key, such as a part of a text.</param>
    public TValue? Find<TAlternate>(TAlternate key)
        where TAlternate : notnull, allows ref struct =>
        _pieces.Length != 0
        && _pieces[PlaceOf(((IAlternateEqualityComparer<TAlternate, TKey>)_comparer).GetHashCode(key), _pieces.Length)].GetAlternateLookup<TAlternate>().TryGetValue(key, out var found)
            ? found
            : null;

    /// <summary>A table with entries removed, then others added or replaced.</summary>
    public PiecedTable<TKey, TValue> With(IEnumerable<TKey> removed, IEnumerable<KeyValuePair<TKey, TValue>> added)
    {
        List<(TKey Key, TValue? Value)> changes = [.. removed.Select(k => (k, (TValue?)null)), .. added.Select(a => (a.Key, a.Value))];
        if (changes.Count == 0)
        {
            return this;
        }

        var pieces = Count + changes.Count > _pieces.Length * 2 * PieceSize ? Spread((Count + changes.Count) / PieceSize) : [.. _pieces];
        foreach (var ofPiece in changes.GroupBy(c => PlaceOf(_comparer.GetHashCode(c.Key), pieces.Length)))
        {
            var piece = new Dictionary<TKey, TValue>(pieces[ofPiece.Key], _comparer);
            foreach (var (key, value) in ofPiece)
            {
                if (value is null)
                {
                    piece.Remove(key);
                }
                else
                {
                    piece[key] = value;
                }
            }

            pieces[ofPiece.Key] = piece;
        }

        return new PiecedTable<TKey, TValue>(_comparer, pieces);
    }

    /// <param name="pieces">How many of them; a power of two.</param>
    private static int PlaceOf(int hash, int pieces) => hash & (pieces - 1);

    /// <summary>The entries in another number of pieces.</summary>
    private Dictionary<TKey, TValue>[] Spread(int pieces)
    {
        var spread = new Dictionary<TKey, TValue>[BitOperations.RoundUpToPowerOf2((uint)Math.Max(pieces, 1))];
        for (var i = 0; i < spread.Length; i++)
        {
            spread[i] = new Dictionary<TKey, TValue>(_comparer);
        }

        foreach (var (key, value) in _pieces.SelectMany(p => p))
        {
            spread[PlaceOf(_comparer.GetHashCode(key), spread.Length)].Add(key, value);
        }

        return spread;
    }
}

namespace Gateway.Core.Configuration;

/// <summary>What differs between two lists.</summary>
internal readonly record struct ListChange<T>(IReadOnlyList<T> Removed, IReadOnlyList<T> Added)
    where T : class
{
    public bool IsNothing => Removed.Count == 0 && Added.Count == 0;

    /// <summary>The table as it is after the change.</summary>
    public PiecedTable<Guid, T> ApplyTo(PiecedTable<Guid, T> table, Func<T, Guid> id) =>
        table.With(Removed.Select(id), Added.Select(e => KeyValuePair.Create(id(e), e)));

    /// <summary>
    /// Only the same object is no difference. Lists in order of ids are walked once, side by side; in others much comes out as removed and
    /// added that stayed.
    /// </summary>
    public static ListChange<T> Between(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, Guid> id)
    {
        if (ReferenceEquals(before, after))
        {
            return new([], []);
        }

        var (removed, added) = (new List<T>(), new List<T>());
        var next = 0;
        for (var i = 0; i < after.Count; i++)
        {
            var element = after[i];
            while (next < before.Count && !ReferenceEquals(before[next], element) && id(before[next]).CompareTo(id(element)) < 0)
            {
                removed.Add(before[next++]);
            }

            if (next < before.Count && ReferenceEquals(before[next], element))
            {
                next++;
            }
            else
            {
                added.Add(element);
            }
        }

        while (next < before.Count)
        {
            removed.Add(before[next++]);
        }

        return new(removed, added);
    }
}

namespace Gateway.Shared.Schema;

/// <summary>Finds the known name a person probably meant.</summary>
public static class Suggestion
{
    /// <summary>The closest of <paramref name="known"/>, or null when none is close: at most one edit per three characters, or one name within the other.</summary>
    public static string? For(string name, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        var folded = Fold(name);
        foreach (var candidate in known)
        {
            var foldedCandidate = Fold(candidate);
            var distance = Distance(folded, foldedCandidate);
            if (distance > Math.Max(1, Math.Max(folded.Length, foldedCandidate.Length) / 3))
            {
                var shorter = Math.Min(folded.Length, foldedCandidate.Length);
                var contained = shorter >= 4 && (folded.Contains(foldedCandidate, StringComparison.Ordinal)
                    || foldedCandidate.Contains(folded, StringComparison.Ordinal));
                if (!contained)
                {
                    continue;
                }

                distance += 100;
            }

            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Optimal string alignment distance: insert, delete, replace, swap of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            table[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            table[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}

namespace Gateway.Core.Logging.Redaction;

/// <summary>A path of a rule: which members of a JSON body it means.</summary>
internal sealed class RedactionPath(string name, string path)
{
    private readonly string[] _steps = Split(path);

    public string Name { get; } = name;

    /// <summary>What stands in the place of what was taken out.</summary>
    public static string Replacement(string name) => $"[redacted:{name}]";

    /// <param name="place">Names of members and numbers of elements, from the top.</param>
    public bool Means(List<string> place) => Means(place, 0, 0);

    private static string[] Split(string path)
    {
        var steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        return steps is ["$", ..] ? steps[1..] : steps;
    }

    private bool Means(List<string> place, int at, int step)
    {
        for (; step < _steps.Length; step++, at++)
        {
            if (_steps[step] == "**")
            {
                for (var next = at; next <= place.Count; next++)
                {
                    if (Means(place, next, step + 1))
                    {
                        return true;
                    }
                }

                return false;
            }

            if (at == place.Count || (_steps[step] != "*" && _steps[step] != place[at]))
            {
                return false;
            }
        }

        return at == place.Count;
    }
}

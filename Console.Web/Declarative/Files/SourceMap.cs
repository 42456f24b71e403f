namespace ConsoleWeb.Declarative.Files;

/// <summary>Where each value of one file was written, by its path such as <c>plugins[0].config.path</c>.</summary>
internal sealed class SourceMap(string fileName)
{
    private readonly Dictionary<string, SourcePosition> _positions = new(StringComparer.Ordinal);

    public string FileName => fileName;

    public void Add(string path, SourcePosition position) => _positions.TryAdd(path, position);

    /// <summary>The place of a path, or of its nearest parent that is in the file (a missing field has no place of its own).</summary>
    public SourcePosition Find(string path)
    {
        var current = path;
        while (true)
        {
            if (_positions.TryGetValue(current, out var position))
            {
                return position;
            }

            if (current.Length == 0)
            {
                return new SourcePosition(1, 1);
            }

            current = ParentOf(current);
        }
    }

    /// <summary><c>file:line:column: path</c>, the form that editors and terminals make clickable.</summary>
    public string Describe(string path)
    {
        var position = Find(path);
        var place = $"{fileName}:{position.Line}:{position.Column}";
        return path.Length == 0 ? place : $"{place}: {path}";
    }

    private static string ParentOf(string path)
    {
        var dot = path.LastIndexOf('.');
        var bracket = path.LastIndexOf('[');
        var cut = Math.Max(dot, bracket);
        return cut < 0 ? "" : path[..cut];
    }
}

namespace Gateway.Core.Llm.Codecs;

/// <summary>Names of what a translation leaves out, each once, in the order in which they were met.</summary>
internal sealed class DroppedNames
{
    private List<string>? _names;

    public IReadOnlyList<string> Names => _names ?? (IReadOnlyList<string>)[];

    public void Add(string name)
    {
        _names ??= [];
        if (!_names.Contains(name))
        {
            _names.Add(name);
        }
    }
}

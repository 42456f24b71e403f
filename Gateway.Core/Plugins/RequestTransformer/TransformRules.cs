namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>The operations on one of headers, query or body, made ready once for each instance. Shared with response-transformer.</summary>
internal sealed class TransformRules
{
    private readonly string[] _remove;
    private readonly (string Name, string NewName)[] _rename;
    private readonly (string Name, Template Value)[] _replace;
    private readonly (string Name, Template Value)[] _add;
    private readonly (string Name, Template Value)[] _append;

    public TransformRules(
        IReadOnlyList<string> remove, IReadOnlyList<string> rename, IReadOnlyList<string> replace, IReadOnlyList<string> add, IReadOnlyList<string> append)
        : this(remove, rename, Compile(replace), Compile(add), Compile(append))
    {
    }

    public TransformRules(
        IReadOnlyList<string> remove,
        IReadOnlyList<string> rename,
        IEnumerable<(string Name, Template Value)> replace,
        IEnumerable<(string Name, Template Value)> add,
        IEnumerable<(string Name, Template Value)> append)
    {
        // An entry of remove may carry a value, which means nothing.
        _remove = [.. remove.Select(r => TransformEntry.Parse(r).Name)];
        _rename = [.. rename.Select(TransformEntry.Parse).Select(e => (e.Name, e.Value))];
        (_replace, _add, _append) = ([.. replace], [.. add], [.. append]);
        HasTemplates = _replace.Concat(_add).Concat(_append).Any(e => !e.Value.IsFixed);
    }

    public bool IsEmpty => _remove.Length + _rename.Length + _replace.Length + _add.Length + _append.Length == 0;

    /// <summary>Whether a value depends on the request.</summary>
    public bool HasTemplates { get; }

    /// <summary>Remove, rename, replace, add, append: in this order.</summary>
    /// <param name="renamesFirst">Rename comes before remove.</param>
    public void Apply(IFieldSet fields, TemplateValues values, bool renamesFirst = false)
    {
        if (renamesFirst)
        {
            Rename(fields);
            Remove(fields);
        }
        else
        {
            Remove(fields);
            Rename(fields);
        }

        foreach (var (name, value) in _replace)
        {
            if (fields.Contains(name))
            {
                fields.Set(name, value.Render(values));
            }
        }

        foreach (var (name, value) in _add)
        {
            if (!fields.Contains(name))
            {
                fields.Set(name, value.Render(values));
            }
        }

        foreach (var (name, value) in _append)
        {
            fields.Append(name, value.Render(values));
        }
    }

    private void Remove(IFieldSet fields)
    {
        foreach (var name in _remove)
        {
            fields.Remove(name);
        }
    }

    private void Rename(IFieldSet fields)
    {
        foreach (var (name, newName) in _rename)
        {
            fields.Rename(name, newName);
        }
    }

    private static (string Name, Template Value)[] Compile(IReadOnlyList<string> entries) =>
        [.. entries.Select(TransformEntry.Parse).Select(e => (e.Name, new Template(e.Value)))];
}

/// <summary>Named values that rules change.</summary>
internal interface IFieldSet
{
    bool Contains(string name);

    void Remove(string name);

    /// <summary>Moves the value when there is one.</summary>
    void Rename(string name, string newName);

    /// <summary>Makes this the only value.</summary>
    void Set(string name, string value);

    /// <summary>Adds a further value.</summary>
    void Append(string name, string value);
}

using System.Globalization;

namespace Gateway.Shared.Schema;

/// <summary>A place in a document: member names and list positions. Written as <c>config.targets.1.model</c>, positions from 1.</summary>
public sealed class SchemaPath
{
    private readonly string? _name;
    private readonly int _index;

    private SchemaPath(SchemaPath? parent, string? name, int index)
    {
        Parent = parent;
        _name = name;
        _index = index;
    }

    /// <summary>The document itself.</summary>
    public static SchemaPath Root { get; } = new(null, null, -1);

    public SchemaPath? Parent { get; }

    public bool IsRoot => Parent is null;

    /// <summary>Member name, or null for a list position.</summary>
    public string? Name => _name;

    /// <summary>Zero-based list position; meaningful when <see cref="Name"/> is null.</summary>
    public int Index => _index;

    public SchemaPath Member(string name) => new(this, name, -1);

    /// <param name="index">Zero-based.</param>
    public SchemaPath Item(int index) => new(this, null, index);

    /// <summary>Appends a dotted path; segments of digits are list positions from 1.</summary>
    public SchemaPath Append(string dotted)
    {
        var path = this;
        foreach (var segment in dotted.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            path = int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position > 0
                ? path.Item(position - 1)
                : path.Member(segment);
        }

        return path;
    }

    public override string ToString()
    {
        if (IsRoot)
        {
            return "";
        }

        var own = _name ?? (_index + 1).ToString(CultureInfo.InvariantCulture);
        return Parent!.IsRoot ? own : $"{Parent}.{own}";
    }
}

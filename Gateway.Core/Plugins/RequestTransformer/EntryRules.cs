using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>An entry <c>name:value</c>; the name ends at the first colon, the value may hold more of them.</summary>
internal readonly record struct TransformEntry(string Name, string Value)
{
    public static TransformEntry Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new TransformEntry(text, "") : new TransformEntry(text[..colon], text[(colon + 1)..]);
    }
}

/// <summary>An entry with a value.</summary>
internal sealed class EntryRule : IValueRule
{
    public string? Check(string text)
    {
        var entry = TransformEntry.Parse(text);
        return entry.Value.Length == 0 ? $"key '{entry.Name}' has no value" : null;
    }
}

/// <summary>An entry whose name is a header's.</summary>
internal sealed class HeaderEntryRule : IValueRule
{
    private static readonly HeaderNameRule Token = new();

    public string? Check(string text)
    {
        var name = TransformEntry.Parse(text).Name;
        return Token.Check(name) is null ? null : $"'{name}' is not a valid header";
    }
}

/// <summary>An entry with two names of headers.</summary>
internal sealed class RenamedHeaderRule : IValueRule
{
    private static readonly HeaderNameRule Token = new();

    public string? Check(string text)
    {
        var (name, value) = TransformEntry.Parse(text);
        if (Token.Check(name) is not null)
        {
            return $"'{name}' is not a valid header";
        }

        return value.Length == 0 ? $"key '{name}' has no value" : Token.Check(value) is null ? null : $"'{value}' is not a valid header";
    }
}

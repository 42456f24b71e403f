namespace Gateway.Shared.Schema;

/// <summary>Recognises <c>{vault://…}</c>: a secret that is looked up when the configuration is loaded. It must be the whole value.</summary>
public static class VaultReference
{
    public static bool IsReference(string? text) =>
        text is not null && text.StartsWith("{vault://", StringComparison.Ordinal) && text.EndsWith('}') && text.Length > "{vault://}".Length;
}

namespace Gateway.Core.Llm.Codecs;

/// <summary>Which models reason before they answer and therefore refuse sampling members and <c>max_tokens</c>.</summary>
internal static class ReasoningModels
{
    /// <summary>True for <c>gpt-5*</c> but <c>gpt-5-chat*</c>, <c>o1*</c>, <c>o3*</c>, <c>o4*</c> and codex models of openai and azure.</summary>
    public static bool IsMatch(string provider, string? model)
    {
        if (model is null || provider is not ("openai" or "azure"))
        {
            return false;
        }

        // Fine-tuned models carry their base in the second field: ft:gpt-4o:org::id.
        var name = model.AsSpan();
        if (name.StartsWith("ft:", StringComparison.OrdinalIgnoreCase))
        {
            name = name[3..];
        }

        if (name.StartsWith("gpt-5", StringComparison.OrdinalIgnoreCase))
        {
            return !name.Contains("-chat", StringComparison.OrdinalIgnoreCase);
        }

        return name.StartsWith("o1", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("o3", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("o4", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("codex", StringComparison.OrdinalIgnoreCase);
    }
}

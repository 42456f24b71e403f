namespace Gateway.Core.Llm.Codecs;

/// <summary>Options that the configuration sets. A value here wins over the request's; null leaves the request's.</summary>
internal sealed record LlmOptions
{
    public static LlmOptions None { get; } = new();

    /// <summary>Output limit in tokens, written under the name that format and model want.</summary>
    public long? MaxTokens { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public long? TopK { get; init; }
}

using Gateway.Shared.Usage;

namespace Gateway.Shared.Logging;

/// <summary>The AI part of a record.</summary>
public sealed class LlmRecord
{
    /// <summary>Name of the plugin that made the call: <c>ai-proxy</c> or <c>ai-proxy-advanced</c>.</summary>
    public required string PluginName { get; init; }

    public required Guid PluginId { get; init; }

    /// <summary>Whether meta and usage are logged.</summary>
    public bool LogStatistics { get; set; }

    public bool LogPayloads { get; set; }

    public string? Provider { get; set; }

    /// <summary>The model that the client asked for.</summary>
    public string? RequestedModel { get; set; }

    /// <summary>The model after resolution, as sent upstream.</summary>
    public string? RequestModel { get; set; }

    /// <summary>The model that the answer names.</summary>
    public string? ResponseModel { get; set; }

    /// <summary>The answer's id as the provider gave it; null while it has not.</summary>
    public string? ResponseId { get; set; }

    /// <summary>Wire format of the client: <c>openai_chat</c>, <c>openai_responses</c>, <c>anthropic_messages</c>…</summary>
    public string? ClientFormat { get; set; }

    public string? UpstreamFormat { get; set; }

    public bool IsStream { get; set; }

    /// <summary>Milliseconds from just after request parsing to the complete response; null while running.</summary>
    public double? LatencyMs { get; set; }

    /// <summary>Milliseconds from the same start to the first content; null while waiting.</summary>
    public double? TimeToFirstTokenMs { get; set; }

    /// <summary>Usage, from the provider or estimated; moves while a stream runs.</summary>
    public TokenUsage? Usage { get; set; }

    /// <summary>Cost by the plugin's configured prices in their currency; 0 when prices are not both set.</summary>
    public decimal Cost { get; set; }

    /// <summary>Whether the plugin has prices, so that <see cref="Cost"/> means something.</summary>
    public bool IsPriced { get; set; }

    /// <summary>The cost by the prices of the plugin or else of the price tables; null while running and where no price is known.</summary>
    public CostReceipt? Receipt { get; set; }

    /// <summary>What the call costs as far as is known; null when unpriced.</summary>
    public decimal? KnownCost => Receipt?.Amount ?? (IsPriced ? Cost : null);

    /// <summary>Tier that the answer names.</summary>
    public string? ServiceTier { get; set; }

    /// <summary>Estimate of output tokens streamed so far, for the live view.</summary>
    public long OutputTokensSoFar { get; set; }

    public string? FinishReason { get; set; }

    /// <summary>Names of request members that a translation dropped.</summary>
    public IReadOnlyList<string> Dropped { get; set; } = [];

    /// <summary>Body as sent upstream, when payloads are logged; capped.</summary>
    public string? RequestPayload { get; set; }

    /// <summary>Body as the client sent it, where another one went upstream: translated, or with another model; null otherwise. Log plugins do not write it.</summary>
    public string? ClientPayload { get; set; }

    /// <summary>Response body, or for streams one synthetic response object; capped.</summary>
    public string? ResponsePayload { get; set; }

    /// <summary>Attempts at targets, in order; null for ai-proxy.</summary>
    public List<TriedTarget>? TriedTargets { get; set; }

    /// <summary>Azure instance, deployment and API version, where the provider is azure.</summary>
    public AzureRecord? Azure { get; set; }

    /// <summary>Whether a logged body is not the whole body.</summary>
    public bool IsPayloadCut { get; set; }

    /// <summary>Names of the rules that took something out of a logged body.</summary>
    public IReadOnlyList<string> Redacted { get; set; } = [];

    /// <summary>Whether the rules of redaction have been through the logged bodies.</summary>
    public bool IsRedacted { get; set; }

    internal LlmRecord WithPayloadLimit(int maxChars)
    {
        var copy = (LlmRecord)MemberwiseClone();
        copy.RequestPayload = Cut(RequestPayload, maxChars);
        copy.ResponsePayload = Cut(ResponsePayload, maxChars);
        copy.ClientPayload = Cut(ClientPayload, maxChars);
        copy.IsPayloadCut = true;
        return copy;
    }

    private static string? Cut(string? text, int maxChars)
    {
        if (text is null || maxChars == 0)
        {
            return null;
        }

        if (text.Length <= maxChars)
        {
            return text;
        }

        // Half a surrogate pair would not survive the way through UTF-8.
        return text[..(char.IsHighSurrogate(text[maxChars - 1]) ? maxChars - 1 : maxChars)];
    }
}

/// <summary>One attempt at a target (<c>ai.proxy.tried_targets[]</c>).</summary>
public sealed class TriedTarget
{
    public string? Ip { get; set; }

    public int Port { get; set; }

    public required string Host { get; init; }

    public required string UpstreamScheme { get; init; }

    /// <summary>Path, no query.</summary>
    public required string UpstreamUri { get; init; }

    public required string RouteType { get; init; }

    public required string Provider { get; init; }

    /// <summary>The configured model name; null when the target has none.</summary>
    public string? Model { get; set; }

    /// <summary>Set on failed attempts only.</summary>
    public int? Status { get; set; }

    public string? Error { get; set; }

    public double? DurationMs { get; set; }
}

/// <summary>Azure members of <c>ai.proxy.meta</c>.</summary>
public sealed record AzureRecord(string Instance, string Deployment, string ApiVersion);

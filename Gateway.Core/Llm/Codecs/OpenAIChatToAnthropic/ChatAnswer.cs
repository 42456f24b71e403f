using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>A chat answer before it is written, as one object or as chunks.</summary>
internal sealed class ChatAnswer
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public RawText Content { get; } = new();

    public RawText Reasoning { get; } = new();

    public List<ChatCall> Calls { get; } = [];

    public string FinishReason { get; set; } = "stop";

    /// <summary>Usage as the client gets it: the provider's, or an estimate.</summary>
    public TokenUsage Usage { get; set; } = new();
}

/// <summary>A tool call.</summary>
/// <param name="Arguments">JSON text, as escaped content of a string.</param>
internal sealed record ChatCall(string Id, string Name, RawText Arguments);

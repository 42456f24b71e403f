using Gateway.Core.Llm.Json;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>A Messages answer before it is written, as one object or as events.</summary>
internal sealed class AnthropicAnswer
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public List<AnthropicBlock> Blocks { get; } = [];

    public required string StopReason { get; init; }

    public string? StopSequence { get; init; }

    /// <summary>Usage as the client gets it: the provider's, or an estimate.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>Facts for the record.</summary>
    public required LlmAnswer Facts { get; init; }
}

/// <summary>Kind of a content block.</summary>
internal enum AnthropicBlockKind
{
    Text,
    Thinking,
    ToolUse,
}

/// <summary>A content block.</summary>
/// <param name="Text">Text or thinking as escaped content; for tools the input as JSON.</param>
internal sealed record AnthropicBlock(AnthropicBlockKind Kind, RawText Text, string? Id = null, string? Name = null);

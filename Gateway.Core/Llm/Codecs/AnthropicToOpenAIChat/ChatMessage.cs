using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>A chat message before it is written.</summary>
internal sealed class ChatMessage(string role)
{
    public string Role { get; } = role;

    public List<ChatPart> Parts { get; } = [];

    /// <summary>Calls of an assistant message.</summary>
    public List<ChatToolCall> ToolCalls { get; } = [];

    /// <summary>Id of the call that a <c>tool</c> message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>Reasoning of an assistant message, where the target wants it back.</summary>
    public RawText? Reasoning { get; set; }
}

/// <summary>Kind of a <see cref="ChatPart"/>.</summary>
internal enum ChatPartKind
{
    Text,
    ImageData,
    ImageUrl,
    FileData,
    FileUrl,
}

/// <summary>A part of a chat message's content.</summary>
internal sealed class ChatPart
{
    public required ChatPartKind Kind { get; init; }

    /// <summary>The text, or the file's name.</summary>
    public RawText Text { get; init; } = new();

    /// <summary>Media type of data.</summary>
    public JsonElement MediaType { get; init; }

    /// <summary>Base64 data, or an address.</summary>
    public JsonElement Payload { get; init; }

    /// <summary>The cache breakpoint behind this part; <see cref="JsonValueKind.Undefined"/> for none.</summary>
    public JsonElement CacheControl { get; init; }

    public static ChatPart Of(RawText text, JsonElement cacheControl = default) =>
        new() { Kind = ChatPartKind.Text, Text = text, CacheControl = cacheControl };
}

/// <summary>A call of a function by the model.</summary>
/// <param name="Id">Id for the upstream.</param>
/// <param name="SourceId">Id as the client knows it; may be empty.</param>
/// <param name="Input">The arguments; <see cref="JsonValueKind.Undefined"/> for none.</param>
internal sealed record ChatToolCall(string Id, string SourceId, string Name, JsonElement Input);

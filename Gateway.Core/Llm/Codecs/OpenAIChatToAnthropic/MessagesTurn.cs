using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>A message of a Messages request before it is written: all that one side says until it is the other's turn.</summary>
internal sealed class MessagesTurn(bool isUser)
{
    public bool IsUser { get; } = isUser;

    /// <summary>Results of tools; they must come before anything else of the turn.</summary>
    public List<MessagesBlock> Results { get; } = [];

    public List<MessagesBlock> Blocks { get; } = [];
}

/// <summary>Kind of a <see cref="MessagesBlock"/>.</summary>
internal enum MessagesBlockKind
{
    Text,
    Image,
    Document,
    ToolUse,
    ToolResult,
}

/// <summary>A content block. Points into the client's request wherever it can, so that images are not copied.</summary>
internal sealed record MessagesBlock(MessagesBlockKind Kind)
{
    public RawText Text { get; init; } = new();

    /// <summary>URL of an image or a document; arguments of a call.</summary>
    public JsonElement Source { get; init; }

    /// <summary>Id of a call, as the upstream accepts it.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of a tool or a file; undefined when it has none.</summary>
    public JsonElement Name { get; init; }

    /// <summary>What a result holds.</summary>
    public List<MessagesBlock> Content { get; init; } = [];

    public static MessagesBlock Of(RawText text) => new(MessagesBlockKind.Text) { Text = text };
}

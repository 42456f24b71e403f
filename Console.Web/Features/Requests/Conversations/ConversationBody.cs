using System.Text;
using System.Text.Json;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>A stored body as JSON, also where only its beginning is stored.</summary>
internal sealed class ConversationBody : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = LlmJson.DocumentOptions.MaxDepth, AllowTrailingCommas = true };

    private readonly JsonDocument _document;

    private ConversationBody(JsonDocument document, bool isCut) => (_document, IsCut) = (document, isCut);

    public JsonElement Root => _document.RootElement;

    /// <summary>Whether the body ended before its end.</summary>
    public bool IsCut { get; }

    /// <returns>Null for what is no object at all.</returns>
    public static ConversationBody? Parse(string? text)
    {
        if (IsStream(text))
        {
            text = Collect(text!);
        }

        return string.IsNullOrWhiteSpace(text) || text.AsSpan().TrimStart()[0] != '{' ? null
            : TryParse(text, isCut: false) ?? TryParse(CutJson.Close(text), isCut: true);
    }

    public void Dispose() => _document.Dispose();

    private static ConversationBody? TryParse(string text, bool isCut)
    {
        try
        {
            return new ConversationBody(JsonDocument.Parse(text, Options), isCut);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsStream(string? text) => text is not null
        && (text.StartsWith("data:", StringComparison.Ordinal) || text.StartsWith("event:", StringComparison.Ordinal));

    private static string? Collect(string text)
    {
        var format = text.Contains("\"message_start\"", StringComparison.Ordinal) ? LlmFormat.AnthropicMessages
            : text.Contains("\"response.", StringComparison.Ordinal) ? LlmFormat.OpenAIResponses
            : LlmFormat.OpenAIChat;
        var collector = new LlmResponseCollector(format, int.MaxValue);
        collector.Push(Encoding.UTF8.GetBytes(text));
        collector.Complete();
        return collector.Build();
    }
}

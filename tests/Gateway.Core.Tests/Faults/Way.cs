using Gateway.Core.Llm;

namespace Gateway.Core.Tests.Faults;

/// <summary>One way through the gateway: what the client speaks, what the upstream speaks, and whether the answer streams.</summary>
/// <param name="Name">Short name, also the first segment of its routes.</param>
/// <param name="Client">Unknown for a route without an AI plugin, whose bytes pass unread.</param>
internal sealed record Way(string Name, LlmFormat Client, LlmFormat Upstream, bool IsStream)
{
    private static readonly (string Name, LlmFormat Client, LlmFormat Upstream)[] Pairs =
    [
        ("plain", LlmFormat.Unknown, LlmFormat.OpenAIChat),
        ("chat", LlmFormat.OpenAIChat, LlmFormat.OpenAIChat),
        ("responses", LlmFormat.OpenAIResponses, LlmFormat.OpenAIResponses),
        ("messages", LlmFormat.AnthropicMessages, LlmFormat.AnthropicMessages),
        ("messages-chat", LlmFormat.AnthropicMessages, LlmFormat.OpenAIChat),
        ("chat-messages", LlmFormat.OpenAIChat, LlmFormat.AnthropicMessages),
    ];

    public static IReadOnlyList<Way> All { get; } =
        [.. Pairs.SelectMany(p => new[] { new Way(p.Name, p.Client, p.Upstream, false), new Way(p.Name, p.Client, p.Upstream, true) })];

    public bool IsPlain => Client == LlmFormat.Unknown;

    public bool IsTranslated => !IsPlain && Client != Upstream;

    /// <summary>Whether bytes of the answer reach the client before the answer is whole.</summary>
    public bool PassesParts => !IsTranslated || IsStream;

    public WayAnswer Answer => WayAnswer.Of(Upstream, IsStream);

    /// <summary>What a client sees at the end of a whole stream.</summary>
    public string EndMark => Client switch
    {
        LlmFormat.OpenAIResponses => "response.completed",
        LlmFormat.AnthropicMessages => "event: message_stop",
        _ => "data: [DONE]",
    };

    public string Request
    {
        get
        {
            var stream = IsStream ? "true" : "false";
            return Client switch
            {
                LlmFormat.OpenAIResponses => $$"""{"model":"gpt-4o","stream":{{stream}},"input":"Hi"}""",
                LlmFormat.AnthropicMessages => $$"""{"model":"some-claude","max_tokens":9,"stream":{{stream}},"messages":[{"role":"user","content":"Hi"}]}""",
                // Asked for usage, the stream passes byte for byte.
                _ => $$"""{"model":"gpt-4o","stream":{{stream}}{{(IsStream ? ",\"stream_options\":{\"include_usage\":true}" : "")}},"messages":[{"role":"user","content":"Hi"}]}""",
            };
        }
    }

    public static Way Find(string text) => All.Single(w => w.ToString() == text);

    public override string ToString() => Name + (IsStream ? "/stream" : "");
}

namespace ConsoleWeb.Components.Pages.Keys;

/// <summary>A kind of client that a new route can be made for.</summary>
/// <param name="Path">Proposed path of the route.</param>
internal sealed record ClientKind(string Id, string Title, string Hint, string LlmFormat, string RouteType, string Path)
{
    public static IReadOnlyList<ClientKind> All { get; } =
    [
        new("claude-code", "Claude Code", "Anthropic Messages", "anthropic", "llm/v1/chat", "/claude"),
        new("codex", "Codex CLI", "OpenAI Responses", "openai", "llm/v1/responses", "/codex"),
        new("openai", "OpenAI SDK", "OpenAI Chat Completions", "openai", "llm/v1/chat", "/openai"),
    ];

    /// <summary>What makes a client of this kind use the gateway, to be pasted into a shell.</summary>
    /// <param name="url">The gateway's address with the route's path.</param>
    public string Command(string url, string model) => Id switch
    {
        "claude-code" => $"export ANTHROPIC_BASE_URL={url}\nexport ANTHROPIC_AUTH_TOKEN=gateway\nexport ANTHROPIC_MODEL={model}\nclaude",
        // Versions after 0.55 read the address from their configuration only; older ones from the environment only.
        "codex" => $"export OPENAI_BASE_URL={url}\nexport OPENAI_API_KEY=gateway\ncodex -c openai_base_url=$OPENAI_BASE_URL --model {model}",
        _ => $"export OPENAI_BASE_URL={url}\nexport OPENAI_API_KEY=gateway\npython app.py",
    };

    /// <summary>
    /// The model to configure where none is named; null: the one that each request asks for. Claude Code also asks for models by its own
    /// names, which no other provider has.
    /// </summary>
    public string? DefaultModel(string provider) => Id == "claude-code" && provider != "anthropic" ? TryCommand.UsualModel(provider) : null;

    /// <summary>One call of this kind with curl.</summary>
    public string Curl(string url, string model) => TryCommand.Curl(url, LlmFormat, RouteType, model);
}

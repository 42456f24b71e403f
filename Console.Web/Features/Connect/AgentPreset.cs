using Gateway.Core.Llm.Providers;

namespace ConsoleWeb.Features.Connect;

/// <summary>What kind of client is connected, and what a connection of it starts with.</summary>
/// <param name="Id">The word in the address and in the flow's tag.</param>
/// <param name="Agent">What records call it; null: any client will do.</param>
/// <param name="Stem">Service and route are named after it.</param>
internal sealed record AgentPreset(string Id, string Title, string Hint, string? Agent, string Stem, ApiShape Shape, string LogFile, int MaxBody)
{
    public const string CodexId = "codex", ClaudeCodeId = "claude-code", OtherId = "other";

    public static IReadOnlyList<AgentPreset> All { get; } =
    [
        new(ClaudeCodeId, "Claude Code", "Anthropic’s agent, with models of Anthropic or of anyone else", "claude-code", "claude", ApiShape.Messages, "/tmp/claude.json", 524_288),
        new(CodexId, "Codex CLI", "OpenAI’s agent for the terminal", "codex", "codex", ApiShape.Responses, "/tmp/file.json", 131_072),
        new(OtherId, "Another client", "An SDK, an editor, a script: anything with a base URL", null, "app", ApiShape.Chat, "/tmp/app.json", 524_288),
    ];

    /// <summary>Providers that are offered, the usual one for each agent first. Others are set up in the plugin's own form.</summary>
    public static IReadOnlyList<(string Id, string Title)> Providers { get; } =
        [("openai", "OpenAI"), ("anthropic", "Anthropic"), ("mistral", "Mistral"), ("deepseek", "DeepSeek"), ("xai", "xAI"), ("cerebras", "Cerebras"), ("dashscope", "DashScope")];

    public static AgentPreset? Find(string? id) => All.FirstOrDefault(a => a.Id == id);

    public static string ProviderTitle(string? provider) => Providers.FirstOrDefault(p => p.Id == provider).Title ?? provider ?? "the provider";

    /// <summary>The providers that can answer this API: Responses passes as it is, the other two are translated where need be.</summary>
    public static IEnumerable<(string Id, string Title)> ProvidersOf(ApiShape shape) =>
        Providers.Where(p => shape != ApiShape.Responses || ProviderCatalog.Find(p.Id)?.Paths.ContainsKey(RouteTypes.Responses) == true);
}

/// <summary>The API that a client speaks.</summary>
internal enum ApiShape
{
    Chat,
    Responses,
    Messages,
}

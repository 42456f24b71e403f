using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Sessions;

/// <summary>The headers by which agents say what a request is for; null where one is not sent.</summary>
/// <param name="Turn">JSON of Codex: which agent asks, of what kind the request is, and in which directory.</param>
/// <param name="Beta">Features that Claude Code asks for.</param>
/// <param name="SubAgent">The name or id of a sub-agent.</param>
internal readonly record struct CallHeaders(string? Turn, string? Beta, string? SubAgent)
{
    private const string TurnName = "x-codex-turn-metadata";

    private const string BetaName = "anthropic-beta";

    private const string ClaudeAgentName = "x-claude-code-agent-id";

    private const string CodexAgentName = "x-openai-subagent";

    public static CallHeaders Of(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var (turn, beta, agent) = ((string?)null, (string?)null, (string?)null);
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            switch (name)
            {
                case TurnName:
                    turn ??= value;
                    break;
                case BetaName:
                    beta ??= value;
                    break;
                case ClaudeAgentName or CodexAgentName:
                    agent ??= value;
                    break;
            }
        }

        return new(turn, beta, agent);
    }

    /// <param name="record">A stored record; a header that came several times is an array there.</param>
    public static CallHeaders Of(JsonObject record)
    {
        var headers = record["request"]?["headers"] as JsonObject;
        return new(Text(headers?[TurnName]), Text(headers?[BetaName]), Text(headers?[ClaudeAgentName]) ?? Text(headers?[CodexAgentName]));
    }

    private static string? Text(JsonNode? node) => node switch
    {
        JsonArray values => values.Count > 0 ? Text(values[0]) : null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => null,
    };
}

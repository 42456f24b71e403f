using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Replay;

/// <summary>What a person should know before a request is sent again.</summary>
internal static class ReplayNotes
{
    /// <summary>Kinds of tools that the provider runs, by how their names begin.</summary>
    private static readonly string[] Hosted =
        ["web_search", "web_fetch", "file_search", "code_interpreter", "code_execution", "image_generation", "mcp", "tool_search"];

    public static IReadOnlyList<string> Of(JsonObject body)
    {
        var notes = new List<string>();
        var tools = body["tools"] is JsonArray list ? list.OfType<JsonObject>().ToList() : [];
        var hosted = tools.Select(t => ReplayBody.Text(t["type"])).OfType<string>().Where(IsHosted).Distinct(StringComparer.Ordinal).ToList();
        if (body["mcp_servers"] is JsonArray { Count: > 0 })
        {
            hosted.Add("mcp_servers");
        }

        if (body["web_search_options"] is JsonObject)
        {
            hosted.Add("web_search_options");
        }

        var own = tools.Count(t => !IsHosted(ReplayBody.Text(t["type"]) ?? ""));
        if (own > 0)
        {
            notes.Add($"The request offers {own} {(own == 1 ? "tool" : "tools")}. Nobody runs what the answer asks for: no agent is listening.");
        }

        if (hosted.Count > 0)
        {
            notes.Add($"The provider itself runs {string.Join(", ", hosted)}, and will do so again.");
        }

        if (body["conversation"] is not null)
        {
            notes.Add("The provider adds this exchange to its stored conversation once more.");
        }

        if (body["background"] is JsonValue value && value.TryGetValue<bool>(out var isBackground) && isBackground)
        {
            notes.Add("The provider works on it in the background; the answer here may only say that it has begun.");
        }

        return notes;
    }

    private static bool IsHosted(string type) => Array.Exists(Hosted, h => type.StartsWith(h, StringComparison.Ordinal));
}

using System.Text.Json.Nodes;
using ConsoleWeb.Components.Pages.Entities;

namespace ConsoleWeb.Tests.Components.Entities;

public sealed class PluginNotesTests
{
    [Theory]
    [InlineData("""{"name":"ai-proxy","config":{"model":{"provider":"openai"}}}""", "no key for openai")]
    [InlineData("""{"name":"ai-proxy","config":{"model":{"provider":"openai"},"auth":{"header_value":"********"},"logging":{"log_payloads":true}}}""", "private data")]
    [InlineData("""{"name":"ai-proxy","config":{"model":{"provider":"openai"},"auth":{"allow_override":true},"max_request_body_size":8192}}""", "413")]
    [InlineData("""{"name":"ai-proxy-advanced","config":{"targets":[{"model":{"provider":"ollama"}},{"model":{"provider":"xai"}}]}}""", "Target 2 has no key for xai")]
    [InlineData("""{"name":"file-log","config":{"path":"/tmp/a"}}""", "their lines will alternate")]
    public void Of_SettingOftenNotMeant_SaysSo(string plugin, string part) => Assert.Contains(part, Assert.Single(NotesOf(plugin)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"name":"ai-proxy","config":{"model":{"provider":"ollama"}}}""")]
    [InlineData("""{"name":"ai-proxy","config":{"model":{"provider":"openai"},"auth":{"header_value":"********"},"max_request_body_size":524288}}""")]
    [InlineData("""{"name":"file-log","config":{"path":"/tmp/b"}}""")]
    public void Of_UsualSettings_SaysNothing(string plugin) => Assert.Empty(NotesOf(plugin));

    private static IEnumerable<string> NotesOf(string plugin) => PluginNotes.Of(
        JsonNode.Parse(plugin)!.AsObject(), "own", [JsonNode.Parse("""{"id":"other","name":"file-log","config":{"path":"/tmp/a"}}""")!.AsObject()]);
}

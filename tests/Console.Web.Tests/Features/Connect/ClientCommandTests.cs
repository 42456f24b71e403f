using ConsoleWeb.Features.Connect;

namespace ConsoleWeb.Tests.Features.Connect;

public sealed class ClientCommandTests
{
    [Theory]
    [InlineData("posix", "ANTHROPIC_BASE_URL=http://gw/c ANTHROPIC_AUTH_TOKEN=sk-xxx ANTHROPIC_MODEL=gpt-5-mini claude")]
    [InlineData("fish", "env ANTHROPIC_BASE_URL=http://gw/c ANTHROPIC_AUTH_TOKEN=sk-xxx ANTHROPIC_MODEL=gpt-5-mini claude")]
    [InlineData("powershell", "$env:ANTHROPIC_BASE_URL='http://gw/c'; $env:ANTHROPIC_AUTH_TOKEN='sk-xxx'; $env:ANTHROPIC_MODEL='gpt-5-mini'; claude")]
    [InlineData("cmd", "set \"ANTHROPIC_BASE_URL=http://gw/c\" && set \"ANTHROPIC_AUTH_TOKEN=sk-xxx\" && set \"ANTHROPIC_MODEL=gpt-5-mini\" && claude")]
    public void Start_ClaudeCode_IsOneLineOfItsShell(string shell, string expected) =>
        Assert.Equal(expected, ClientCommand.Start(SomeFlow.Claude, "http://gw/c", null, Shell.All.First(s => s.Id == shell)));

    [Fact]
    public void Start_Codex_ServesOldAndNewVersions() => Assert.Equal(
        "OPENAI_API_KEY=gh-1 OPENAI_BASE_URL=http://gw/c codex -c openai_base_url='\"http://gw/c\"'",
        ClientCommand.Start(SomeFlow.Codex, "http://gw/c", "gh-1", Shell.All[0]));

    [Fact]
    public void Files_ClaudeCode_AreTheTutorialsWithTheAddress()
    {
        var files = ClientCommand.Files(SomeFlow.Claude, "http://gw/c", null);

        Assert.Contains("\"apiKeyHelper\": \"~/.claude/anthropic_key.sh\"", files[0].Text, StringComparison.Ordinal);
        Assert.Contains("\"ANTHROPIC_BASE_URL\": \"http://gw/c\"", System.Text.Json.Nodes.JsonNode.Parse(files[0].Text)!.ToJsonString(new() { WriteIndented = true }), StringComparison.Ordinal);
        Assert.Equal("echo \"x\"", files[1].Text);
    }

    [Fact]
    public void Curl_RouteWithAKey_SendsIt()
    {
        var curl = ClientCommand.Curl(SomeFlow.Other with { ConsumerId = "c" }, "http://gw/c", "gh-1");

        Assert.StartsWith("curl http://gw/c/chat/completions ", curl, StringComparison.Ordinal);
        Assert.Contains("-H 'Authorization: Bearer gh-1'", curl, StringComparison.Ordinal);
    }
}

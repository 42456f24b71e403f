using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Gateway.E2E.Sdks;

namespace Gateway.E2E.Failures;

/// <summary>Bad input and broken providers as a client and an operator see them.</summary>
public sealed class FailureTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_NotJson_Answers400InTheOpenAIShape()
    {
        var (status, body) = await PostAsync("/chat/v1/chat/completions", "{ not json");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.False(string.IsNullOrEmpty(JsonNode.Parse(body).Text("error.message")), body);
    }

    [Fact]
    public async Task Chat_WrongContentType_Answers400()
    {
        var (status, body) = await PostAsync("/chat/v1/chat/completions", "Ping", "text/plain");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.False(string.IsNullOrEmpty(JsonNode.Parse(body).Text("error.message")), body);
    }

    [Fact]
    public async Task Chat_BodyOverTheDefaultLimit_Answers413WithBothNumbers()
    {
        var text = new string('a', 1_100_000);
        var sent = $$"""{"model":"gpt-4o","messages":[{"role":"user","content":"{{text}}"}]}""";

        var (status, body) = await PostAsync("/chat/v1/chat/completions", sent);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("1048576", body, StringComparison.Ordinal);
        Assert.Contains($"{sent.Length}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_RefusedUpstream_Answers502WithTheRequestId()
    {
        await gateway.Gatehouse.ApplyAsync(
            """
            _format_version: "3.0"
            services:
            - name: refused
              url: http://127.0.0.1:9
              retries: 0
              routes:
              - name: refused
                paths: ["/refused"]
            """,
            Cancellation);

        var (status, body) = await PostAsync("/refused", "{}");

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.False(string.IsNullOrEmpty(JsonNode.Parse(body).Text("request_id")), body);
    }

    [Fact]
    public async Task Apply_UnsetVariable_NamesItAndChangesNothing()
    {
        var result = await DeckAsync(
            """
            _format_version: "3.0"
            services:
            - name: half-applied
              url: http://localhost
              plugins:
              - name: request-transformer
                config:
                  add:
                    headers: ["x-secret:${{ env "DECK_NOT_SET_ANYWHERE" }}"]
            """);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("DECK_NOT_SET_ANYWHERE", result.Output + result.Error, StringComparison.Ordinal);
        await AssertNoServiceAsync("half-applied");
    }

    [Fact]
    public async Task Apply_UnknownPlugin_NamesItAndChangesNothing()
    {
        var result = await DeckAsync(
            """
            _format_version: "3.0"
            services:
            - name: half-applied
              url: http://localhost
              plugins:
              - name: ai-proksi
            """);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("ai-proksi", result.Output + result.Error, StringComparison.Ordinal);
        await AssertNoServiceAsync("half-applied");
    }

    [Fact]
    public async Task Apply_InvalidYaml_NamesTheLine()
    {
        var result = await DeckAsync("_format_version: \"3.0\"\nservices:\n- name: [broken\n");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches("line [0-9]+|:[0-9]+:", result.Output + result.Error);
    }

    [Fact]
    public async Task Apply_FileLogOutsideTheAllowedDirectories_IsRefused()
    {
        var result = await DeckAsync(
            """
            _format_version: "3.0"
            plugins:
            - name: file-log
              config:
                path: /etc/gatehouse-would-write-here.json
            """);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("path", result.Output + result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists("/etc/gatehouse-would-write-here.json"));
    }

    [Fact]
    public async Task Admin_WithoutAToken_Answers401()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync($"{gateway.Gatehouse.AdminUrl}/services", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body, string contentType = "application/json")
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(
            gateway.Gatehouse.ProxyUrl + path, new StringContent(body, Encoding.UTF8, contentType), Cancellation);

        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private Task<CommandResult> DeckAsync(string yaml) =>
        new Command(Path.Combine(RepositoryPaths.Root, "bin", "deck"), "gateway", "apply", "-")
            .With(gateway.Gatehouse.Exports).Reading(yaml).RunAsync(Cancellation);

    private async Task AssertNoServiceAsync(string name)
    {
        var services = await gateway.Gatehouse.AdminAsync("/services", Cancellation);
        Assert.DoesNotContain(services.At("data")!.AsArray(), service => service.Text("name") == name);
    }
}

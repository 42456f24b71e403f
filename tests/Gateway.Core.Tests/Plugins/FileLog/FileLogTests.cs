using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins.FileLog;
using Gateway.Core.Tests.Pipeline;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Plugins.FileLog;

public sealed class FileLogTests
{
    private static string NewPath() => $"/tmp/file-log-{Guid.NewGuid():n}.json";

    [Fact]
    public async Task Log_TwoRequests_AppendsTwoLinesWithCustomFields()
    {
        var path = NewPath();
        var config = $$$"""{"path":"{{{path}}}","custom_fields_by_lua":{"team":"return 'blue'","client_ip":"return nil"}}""";
        var host = await GatewayHost.StartAsync(GatewayHost.Config("file-log", config));
        await using (host)
        {
            for (var i = 0; i < 2; i++)
            {
                using var answer = await host.Client.GetAsync("/nowhere", TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                await host.NextRecordAsync();
            }
        }

        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        File.Delete(path);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line =>
        {
            var record = JsonNode.Parse(line)!;
            Assert.Equal(404, (int)record["response"]!["status"]!);
            Assert.Equal("blue", (string?)record["team"]);
            Assert.Null(record["client_ip"]);
        });
    }

    [Fact]
    public async Task Log_DirectoryIsMissing_DoesNotFailTheCall()
    {
        var host = await GatewayHost.StartAsync(GatewayHost.Config("file-log", $$"""{"path":"/tmp/{{Guid.NewGuid():n}}/x.json"}"""));
        await using (host)
        {
            using var answer = await host.Client.GetAsync("/nowhere", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/etc/x.json")]
    [InlineData("/tmp/../etc/x.json")]
    [InlineData("/tmpx/x.json")]
    public void Check_OutsideTheAllowedDirectories_IsRefused(string path)
    {
        var paths = new FileLogPaths(Options.Create(new FileLogOptions()));

        Assert.Contains("AllowedDirectories", paths.Check(new JsonObject { ["path"] = path })!.Message, StringComparison.Ordinal);
        Assert.Null(paths.Check(new JsonObject { ["path"] = "/tmp/x.json" }));
    }
}

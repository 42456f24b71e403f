using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.LogFiles;
using ConsoleWeb.Tests.AdminApi;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.LogFiles;

/// <summary>The files of file-log, read back: nothing but them, and nothing but records in them.</summary>
public sealed class LogFileServiceTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private LogFileService Service => admin.Host.Services.GetRequiredService<LogFileService>();

    [Fact]
    public async Task Tail_NewestFirst_WithoutWhatIsNoRecord()
    {
        var path = await PluginAsync();
        await File.WriteAllTextAsync(path, $"{Record("a")}\nroot:x:0:0\n{{\"password\":\"x\"}}\n{Record("b", 502)}\n{Record("half")[..40]}", Cancellation);

        var tail = await Service.ReadTailAsync(path, [], withPayloads: false, Cancellation);

        Assert.Equal([("b", 502), ("a", 200)], tail.Lines.Select(l => (l.RequestId, l.Status)));
        Assert.Equal((false, 2), (tail.HasEarlier, tail.Strange));
        Assert.Equal(("POST", "/codex/responses", "gpt-4o-2024"), (tail.Lines[0].Method, tail.Lines[0].Path, tail.Lines[0].Model));
        Assert.Contains("\n", tail.Lines[0].Pretty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_Bodies_AreOnlyForThoseWhoMayReadThemAlsoToASearch()
    {
        var path = await PluginAsync();
        await File.WriteAllTextAsync(path, Record("a") + "\n", Cancellation);

        Assert.Empty((await Service.ReadTailAsync(path, ["lantern"], withPayloads: false, Cancellation)).Lines);
        Assert.DoesNotContain("lantern", (await Service.ReadTailAsync(path, [], withPayloads: false, Cancellation)).Lines.Single().Text, StringComparison.Ordinal);
        Assert.Contains("lantern", (await Service.ReadTailAsync(path, ["LANTERN", "gpt-4o"], withPayloads: true, Cancellation)).Lines.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_LongFile_IsItsEnd()
    {
        var path = await PluginAsync();
        await File.WriteAllLinesAsync(path, Enumerable.Range(0, 3000).Select(i => Record($"r{i}")), Cancellation);

        var tail = await Service.ReadTailAsync(path, [], withPayloads: true, Cancellation);
        var found = await Service.ReadTailAsync(path, ["\"r7\""], withPayloads: true, Cancellation);

        Assert.Equal(LogFileService.MostLines, tail.Lines.Count);
        Assert.Equal(("r2999", "r2800", true), (tail.Lines[0].RequestId, tail.Lines[^1].RequestId, tail.HasEarlier));
        Assert.Equal("r7", found.Lines.Single().RequestId);
    }

    [Fact]
    public async Task List_NamesEachFileOnceWithWhoWritesIt()
    {
        var path = await PluginAsync();
        await admin.Host.PostAsync("/plugins", $$$"""{"name":"file-log","service":{"id":"{{{await admin.CreateServiceAsync()}}}"},"config":{"path":"{{{path}}}"}}""");

        var file = Service.List().Single(f => f.Path == path);

        Assert.Equal((2, 0L, null, null), (file.Plugins.Count, file.Bytes, file.WrittenAt, file.Problem));
        Assert.Same(LogFileTail.Empty, await Service.ReadTailAsync(path, [], withPayloads: true, Cancellation));
        Assert.False(Service.Exists(path));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("gatehouse.db")]
    public async Task Read_FileThatNoPluginWrites_IsRefused(string name)
    {
        var path = Path.Combine(admin.Host.Directory, name);

        await Assert.ThrowsAsync<IOException>(() => Service.ReadTailAsync(path, [], withPayloads: true, Cancellation));
        await Assert.ThrowsAsync<IOException>(() => Service.CopyAsync(path, Stream.Null, Actor.CommandLine, Cancellation));
    }

    [Fact]
    public async Task Read_LinkPutInThePlaceOfTheFile_IsRefused()
    {
        var path = await PluginAsync();
        File.CreateSymbolicLink(path, "/etc/passwd");

        Assert.Contains("symbolic link", Service.List().Single(f => f.Path == path).Problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => Service.ReadTailAsync(path, [], withPayloads: true, Cancellation));
        Assert.False(Service.Exists(path));
    }

    private static string Record(string id, int status = 200) => new JsonObject
    {
        ["request"] = new JsonObject { ["id"] = id, ["method"] = "POST", ["uri"] = "/codex/responses?x=1" },
        ["response"] = new JsonObject { ["status"] = status },
        ["latencies"] = new JsonObject(),
        ["started_at"] = 1_800_000_000_000,
        ["ai"] = new JsonObject { ["proxy"] = new JsonObject { ["meta"] = new JsonObject { ["response_model"] = "gpt-4o-2024" }, ["payload"] = new JsonObject { ["request"] = "a lantern" } } },
    }.ToJsonString();

    /// <returns>The path of a new instance of file-log.</returns>
    private async Task<string> PluginAsync()
    {
        var path = Path.Combine(admin.Host.Directory, $"{Guid.NewGuid():N}.json");
        var answer = await admin.Host.PostAsync("/plugins", $$$"""{"name":"file-log","route":{"id":"{{{await RouteAsync()}}}"},"config":{"path":"{{{path}}}"}}""");
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.Status);
        return path;
    }

    private async Task<string> RouteAsync() => (await admin.Host.PostAsync("/routes", $$"""{"paths":["/{{Guid.NewGuid():N}}"]}"""))["id"]!.ToString();
}

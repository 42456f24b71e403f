using System.Net;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Older names of a plugin's fields over HTTP.</summary>
public sealed class PluginAliasTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Plugin_WrittenByOlderNames_IsReadByBoth()
    {
        var service = await admin.CreateServiceAsync();

        var created = await admin.CreateAsync(
            $"/services/{service}/plugins",
            """{"name":"rate-limiting","config":{"minute":5,"policy":"redis","redis_host":"a.example","redis_port":6380}}""");
        var read = (await admin.Host.GetAsync("/plugins/" + created["id"])).Json;
        var listed = (await admin.Host.GetAsync($"/services/{service}/plugins")).Json["data"]![0]!;

        Assert.All([created, read, listed], plugin =>
        {
            var config = plugin["config"]!;
            Assert.Equal(("a.example", 6380), ((string?)config["redis"]!["host"], (int)config["redis"]!["port"]!));
            Assert.Equal(("a.example", 6380), ((string?)config["redis_host"], (int)config["redis_port"]!));
            Assert.Equal((2000, true), ((int)config["redis_timeout"]!, (bool)config["redis_ssl_verify"]!));
            Assert.True(config.AsObject().ContainsKey("redis_username"));
        });
    }

    [Fact]
    public async Task Plugin_ReadAndWrittenBack_StaysAsItIs_AndOneOfTwoNamesAloneMayChange()
    {
        var service = await admin.CreateServiceAsync();
        var plugin = await admin.CreateAsync($"/services/{service}/plugins", """{"name":"rate-limiting","config":{"minute":5,"redis_host":"a.example"}}""");
        var path = "/plugins/" + plugin["id"];

        var same = await admin.Host.PutAsync(path, plugin.ToJsonString());
        var patched = await admin.Host.PatchAsync(path, """{"config":{"redis_host":"b.example"}}""");
        plugin["config"]!["redis"]!["host"] = "c.example";
        var refused = await admin.Host.PutAsync(path, plugin.ToJsonString());

        Assert.Equal((HttpStatusCode.OK, "a.example"), (same.Status, (string?)same["config"]!["redis"]!["host"]));
        Assert.Equal((HttpStatusCode.OK, "b.example"), (patched.Status, (string?)patched["config"]!["redis"]!["host"]));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("redis_host vs redis.host", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_ListsOlderNamesApart()
    {
        var schema = (await admin.Host.GetAsync("/schemas/plugins/rate-limiting")).Json;

        var config = schema["fields"]!.AsArray().Select(f => f!["config"]).Single(c => c is not null)!;
        var alias = config["shorthand_fields"]!.AsArray().Select(f => f!["redis_server_name"]).Single(f => f is not null)!;
        Assert.Equal("""["redis","server_name"]""", alias["deprecation"]!["replaced_with"]![0]!["path"]!.ToJsonString());
        Assert.DoesNotContain(config["fields"]!.AsArray(), f => f is JsonObject field && field.ContainsKey("redis_host"));
    }
}
